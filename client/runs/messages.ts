import { randomUUID } from 'node:crypto';
import {
  type Client,
  QueryNotRegisteredError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import {
  type ExtendArgs,
  type LimitsNow,
  MESSAGES,
  type RunStatus,
  runWord,
  type StopArgs,
  shownId,
  TASK_QUEUES,
} from '../../contract';
import { GRPC, grpcCode } from '../connection/rpc';
import { messageOf, TrainctlError } from '../errors';
import type { RunAddress } from './resolve-run';

/** How long a message waits for a worker before the person hears that none is polling. */
export const NO_WORKER_MS = 5_000;
/** How long `status` waits for a worker before it falls back to what Temporal and S3 know without one. */
const QUERY_MS = 3_000;

/** Asks the run to end with outcome `cancelled`. Returns when the run has taken the order, not when it has ended. */
export function stopRun(client: Client, run: RunAddress, args: StopArgs): Promise<void> {
  return update<void>(client, run, MESSAGES.stop, args);
}

export function extendRun(client: Client, run: RunAddress, args: ExtendArgs): Promise<LimitsNow> {
  return update<LimitsNow>(client, run, MESSAGES.extend, args);
}

/** Which wish it is, counted over the run; the answer to it appears in the status. Undefined: the worker is an older one. */
export async function askForCheckpoint(client: Client, run: RunAddress): Promise<number | undefined> {
  const said = await update<{ asked: number } | undefined>(client, run, MESSAGES.takeCheckpoint);
  return said?.asked;
}

/** Ends the instance of a failed run that is held. */
export function releaseRun(client: Client, run: RunAddress): Promise<void> {
  return update<void>(client, run, MESSAGES.release);
}

/** Temporal's own cancel: the server records it without any worker, and the run ends with it when one is back. */
export async function cancelRun(client: Client, run: RunAddress): Promise<void> {
  await client.withDeadline(Date.now() + NO_WORKER_MS, () =>
    client.workflow.getHandle(run.workflowId, run.runId).cancel(),
  );
}

/** The workflow's answer to the query `status`; undefined when no worker answers in time. */
export async function queryStatus(client: Client, run: RunAddress): Promise<RunStatus | undefined> {
  try {
    return await client.withDeadline(Date.now() + QUERY_MS, () =>
      client.workflow.getHandle(run.workflowId, run.runId).query<RunStatus>(MESSAGES.status),
    );
  } catch (error) {
    if (error instanceof QueryNotRegisteredError) return undefined;
    const code = grpcCode(error);
    // Without a poller the server says FAILED_PRECONDITION at once when it knows, else the deadline passes.
    if (code === GRPC.deadlineExceeded || code === GRPC.failedPrecondition || code === GRPC.cancelled) return undefined;
    // A run that ended while its query was waiting, or whose workflow task failed: the caller has other sources.
    if (code === GRPC.invalidArgument || code === GRPC.notFound) return undefined;
    throw error;
  }
}

async function update<R>(client: Client, run: RunAddress, name: string, arg?: unknown): Promise<R> {
  const updateId = randomUUID();
  try {
    return await client.withDeadline(Date.now() + NO_WORKER_MS, () =>
      client.workflow.getHandle(run.workflowId, run.runId).executeUpdate<R, [unknown]>(name, { args: [arg], updateId }),
    );
  } catch (error) {
    throw updateError(error, run, name);
  }
}

/** What each message asks for, as people say it of the run, and of a worker. */
const VERBS: Record<string, string> = {
  [MESSAGES.stop]: 'be stopped',
  [MESSAGES.extend]: 'be extended',
  [MESSAGES.takeCheckpoint]: 'take a checkpoint',
  [MESSAGES.release]: 'be released',
};
const ORDERS: Record<string, string> = {
  [MESSAGES.stop]: 'stop the run',
  [MESSAGES.extend]: 'extend the run',
  [MESSAGES.takeCheckpoint]: 'take a checkpoint',
  [MESSAGES.release]: 'release the instance',
};

function updateError(error: unknown, run: RunAddress, name: string): unknown {
  if (error instanceof WorkflowUpdateFailedError) {
    return new TrainctlError(
      'refused',
      `${shownId(run.workflowId)} cannot ${VERBS[name] ?? name}: ${messageOf(error.cause ?? error)}`,
      {
        cause: error,
      },
    );
  }
  if (error instanceof WorkflowNotFoundError || grpcCode(error) === GRPC.notFound) {
    return new TrainctlError(
      'refused',
      `${shownId(run.workflowId)} has ended: it cannot ${VERBS[name] ?? name} any more`,
      {
        next: `trainctl status ${runWord(run.workflowId)}`,
        cause: error,
      },
    );
  }
  const late = error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || grpcCode(error) === GRPC.deadlineExceeded;
  if (late || grpcCode(error) === GRPC.failedPrecondition) {
    return new TrainctlError(
      'no-worker',
      `no worker polls the task queue ${TASK_QUEUES.main}: nobody was there within ${NO_WORKER_MS / 1000} s to ${ORDERS[name] ?? name} (one that comes soon may still do it)`,
      { next: 'start one: trainctl worker (or: trainctl stack up --detach)', cause: error },
    );
  }
  return error;
}
