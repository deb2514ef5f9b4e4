import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { setCurrentDetails, type WorkflowInternalsInterceptor } from '@temporalio/workflow';
import { LIVE_METADATA, type LiveRef } from '../contract';

/** What a workflow shows in the Temporal UI, made when somebody looks: that costs its history nothing. */
export interface Page {
  details(): string;
  /** Whose host may be told of on it. */
  live(): LiveRef | undefined;
}

/** Of this workflow: each has modules of its own. */
let page: Page | undefined;

export function setPage(made: Page): void {
  page = made;
}

const LOOK = '__temporal_workflow_metadata';

/** Makes the page anew for each look at it, and says in the answer whose host the worker may tell of. */
export function pages(): Required<Pick<WorkflowInternalsInterceptor, 'activate' | 'concludeActivation'>> {
  const looks = new Map<string, LiveRef>();
  return {
    activate(input, next) {
      looks.clear();
      for (const { queryWorkflow } of input.activation.jobs ?? []) {
        if (queryWorkflow?.queryType !== LOOK || !page) continue;
        setCurrentDetails(page.details());
        const live = page.live();
        if (live) looks.set(queryWorkflow.queryId ?? '', live);
      }
      next(input);
    },
    concludeActivation(input, next) {
      const { commands } = next(input);
      for (const { respondToQuery } of commands) {
        const live = looks.get(respondToQuery?.queryId ?? '');
        const payload: Payload | null | undefined = respondToQuery?.succeeded?.response;
        if (!live || !payload) continue;
        const { data } = defaultPayloadConverter.toPayload(live);
        if (data) payload.metadata = { ...payload.metadata, [LIVE_METADATA]: data };
      }
      return { commands };
    },
  };
}
