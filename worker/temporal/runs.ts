import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Runs } from '../../activities';
import {
  GRPC,
  LIMITS_MEMO,
  MESSAGES,
  type MovedLimits,
  movedLimits,
  type RunState,
  type RunStatus,
} from '../../contract';
import { deriveRunKey } from '../../contract/tokens';
import { grpcCode } from './namespace';

/** Temporal answers within milliseconds; a run whose worker is busy within some seconds. */
const DESCRIBE_MS = 10_000;
const QUERY_MS = 5_000;
/** For a run that would be ended if it did not answer. */
const PATIENT_QUERY_MS = 20_000;

/** A workflow in any other state may go on: paused, or one that this version does not know. */
const CLOSED = new Set(['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT']);

/**
 * How runs are, by Temporal: DescribeWorkflowExecution of the newest execution of a workflow id (a list would be late), and
 * for an open one its own word about which attempts it has retired.
 */
export function runsOf(client: Client): Runs {
  return {
    stateOf: (workflowId, patiently) => stateOf(client, workflowId, patiently ? PATIENT_QUERY_MS : QUERY_MS),
  };
}

async function stateOf(client: Client, workflowId: string, queryMs: number): Promise<RunState> {
  try {
    const { status, runId, memo } = await client.withDeadline(Date.now() + DESCRIBE_MS, () =>
      client.workflow.getHandle(workflowId).describe(),
    );
    if (CLOSED.has(status.name)) return { kind: 'closed' };
    const own = await ownWord(client, workflowId, runId, queryMs);
    // A run that was reset to a later moment keeps the key of the one before: only its own word says which is its.
    const limits = limitsOf(memo, own);
    if (!own) return { kind: 'open', ...limits };
    const runKey = own.runKey || deriveRunKey(workflowId, runId);
    const ended = endedAttempts(own);
    return { kind: 'open', runKey, retired: own.retiredAttempts ?? [], ...(ended.length > 0 && { ended }), ...limits };
  } catch (error) {
    const unknown = error instanceof WorkflowNotFoundError || codeOf(error) === GRPC.notFound;
    return unknown ? { kind: 'unknown' } : { kind: 'silent', why: String(error) };
  }
}

/** Those that the run is undoing: it wants nothing of them any more, and a pause in Temporal may hold up its own step. */
function endedAttempts({ attempts }: Partial<RunStatus>): number[] {
  const undone = (attempts ?? []).filter(({ stages }) =>
    stages?.some(({ name, state }) => name === 'cleanup' && state === 'running'),
  );
  return undone.map(({ number }) => number);
}

/** A run that answers knows best: what a tag says of its money was foreseen at the launch, which may have taken long. */
function limitsOf(memo: Record<string, unknown> | undefined, own: RunStatus | undefined): { limits?: MovedLimits } {
  const said = Date.parse(own?.deadlineAt ?? '');
  const hasMoney = own?.maxCostUsd !== undefined && own.costUsd < own.maxCostUsd;
  const limits = {
    ...movedLimits(memo?.[LIMITS_MEMO]),
    ...(Number.isNaN(said) ? {} : { deadline: said }),
    ...(hasMoney ? { budgetEnd: Date.now() } : {}),
  };
  return Object.keys(limits).length > 0 ? { limits } : {};
}

/** Undefined when no worker answers, or one that does not know the question yet. */
async function ownWord(
  client: Client,
  workflowId: string,
  runId: string,
  queryMs: number,
): Promise<RunStatus | undefined> {
  try {
    return await client.withDeadline(Date.now() + queryMs, () =>
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
