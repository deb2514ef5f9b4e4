import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { GRPC, type TrainingActivities } from '../../contract';
import { grpcCode } from '../connection/rpc';
import type { RunAddress } from './resolve-run';

/** The spec is resolved in a run's first step. Signals that come before its answer may be many: so many events are read at once, and at most. */
const PAGE = 100;
const MOST = 2_000;

const RESOLVES: keyof TrainingActivities = 'resolveRun';

/**
 * The spec that a run was resolved with, as Temporal's history has it, which nobody changes afterwards; unchecked, since a person may have
 * completed that step by hand. Undefined: it was not resolved, Temporal has forgotten it, or
 * its first 2000 events do not say.
 */
export async function recordedSpec(client: Client, { workflowId, runId, past }: RunAddress): Promise<unknown> {
  if (past) return undefined;
  try {
    return specIn(await answerData(client, { workflowId, runId }));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || grpcCode(error) === GRPC.notFound) return undefined;
    throw error;
  }
}

/** What the step that resolves a run has answered. */
async function answerData(
  client: Client,
  execution: { workflowId: string; runId: string },
): Promise<Uint8Array | null | undefined> {
  const { namespace } = client.options;
  let asked: string | undefined;
  let nextPageToken: Uint8Array | null | undefined;
  for (let read = 0; read < MOST; ) {
    const more = nextPageToken?.length ? { nextPageToken } : {};
    const page = await client.workflowService.getWorkflowExecutionHistory({
      namespace,
      execution,
      maximumPageSize: PAGE,
      ...more,
    });
    const events = page.history?.events ?? [];
    for (const event of events) {
      if (event.activityTaskScheduledEventAttributes?.activityType?.name === RESOLVES) asked ??= String(event.eventId);
      const answer = event.activityTaskCompletedEventAttributes;
      if (asked !== undefined && answer && String(answer.scheduledEventId) === asked)
        return answer.result?.payloads?.[0]?.data;
    }
    nextPageToken = page.nextPageToken;
    if (!nextPageToken?.length) return undefined;
    read += Math.max(events.length, 1);
  }
  return undefined;
}

function specIn(data: Uint8Array | null | undefined): unknown {
  try {
    const answer: unknown = data ? JSON.parse(Buffer.from(data).toString('utf8')) : undefined;
    return (answer as { spec?: unknown } | null | undefined)?.spec ?? undefined;
  } catch {
    return undefined;
  }
}
