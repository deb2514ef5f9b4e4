import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Runs } from '../../activities';
import { MESSAGES, type RunState, type RunStatus } from '../../contract';
import { deriveRunKey } from '../../contract/tokens';
import { GRPC, grpcCode } from './namespace';

/** Temporal answers within milliseconds; a run whose worker is busy within some seconds. */
const DESCRIBE_MS = 10_000;
const QUERY_MS = 5_000;

/** A workflow in any other state may go on: paused, or one that this version does not know. */
const CLOSED = new Set(['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT']);

/**
 * How runs are, by Temporal: DescribeWorkflowExecution of the newest execution of a workflow id (a list would be late), and
 * for an open one its own word about which attempts it has retired.
 */
export function runsOf(client: Client): Runs {
  return { stateOf: (workflowId) => stateOf(client, workflowId) };
}

async function stateOf(client: Client, workflowId: string): Promise<RunState> {
  try {
    const { status, runId } = await client.withDeadline(Date.now() + DESCRIBE_MS, () =>
      client.workflow.getHandle(workflowId).describe(),
    );
    if (CLOSED.has(status.name)) return { kind: 'closed' };
    const own = await ownWord(client, workflowId, runId);
    // A run that was reset to a later moment keeps the key of the one before: only its own word says which is its.
    if (!own) return { kind: 'open' };
    return { kind: 'open', runKey: own.runKey || deriveRunKey(workflowId, runId), retired: own.retiredAttempts ?? [] };
  } catch (error) {
    const unknown = error instanceof WorkflowNotFoundError || codeOf(error) === GRPC.notFound;
    return unknown ? { kind: 'unknown' } : { kind: 'silent', why: String(error) };
  }
}

/** Undefined when no worker answers, or one that does not know the question yet. */
async function ownWord(client: Client, workflowId: string, runId: string): Promise<RunStatus | undefined> {
  try {
    return await client.withDeadline(Date.now() + QUERY_MS, () =>
      client.workflow.getHandle(workflowId, runId).query<RunStatus>(MESSAGES.status),
    );
  } catch {
    return undefined;
  }
}

/** The client wraps what the server says. */
function codeOf(error: unknown): number | undefined {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    const code = grpcCode(e);
    if (code !== undefined) return code;
  }
  return undefined;
}
