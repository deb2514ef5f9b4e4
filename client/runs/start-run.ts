import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import {
  CHOSEN_ID_RULE,
  DEFAULT_INSTALLATION,
  isChosenId,
  ORIGIN_MEMO,
  queuesOf,
  type RunOrigin,
  runWord,
  shownId,
  WORKFLOW_TYPE,
} from '../../contract';
import type { RunSpecInput } from '../../contract/schema';
import { TrainctlError } from '../errors';
import type { OriginFacts } from '../origin/origin';
import { detailsOf, newRunId, summaryOf } from './names';
import { addressOf, type RunAddress } from './resolve-run';

export interface StartOptions {
  /** Workflow id. Default: the spec's name and four random characters. */
  id?: string;
  /** One line for the Temporal UI. */
  summary?: string;
  /** What `status` says of where the run comes from. Default: the folder of this process, and the commit of the code's. */
  origin?: OriginFacts;
}

/** Starts the workflow. An id whose run is still open is refused; one whose run has ended may be used again. */
export async function startRun(
  client: Client,
  input: RunSpecInput,
  options: StartOptions,
  origin: RunOrigin,
  installation = DEFAULT_INSTALLATION,
): Promise<RunAddress> {
  const workflowId = options.id ?? newRunId(input.name ?? 'run');
  if (!isChosenId(workflowId)) {
    throw new TrainctlError('usage', `"${shownId(workflowId)}" cannot be the id of a new run: ${CHOSEN_ID_RULE}`);
  }
  try {
    const handle = await client.workflow.start(WORKFLOW_TYPE, {
      workflowId,
      taskQueue: queuesOf(installation).main,
      args: [input],
      staticSummary: options.summary ?? summaryOf(input),
      staticDetails: detailsOf(input),
      memo: { [ORIGIN_MEMO]: origin },
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
    });
    const runId = handle.firstExecutionRunId;
    return addressOf({ workflowId, runId, searchAttributes: {} });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      throw new TrainctlError('usage', `a run with the id "${shownId(workflowId)}" is still open`, {
        next: `choose another --id, or follow that one: trainctl status ${runWord(workflowId)} --watch`,
        cause: error,
      });
    }
    throw error;
  }
}
