import { randomUUID } from 'node:crypto';
import {
  type Client,
  QueryNotRegisteredError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import {
  type ExtendArgs,
  GRPC,
  type LimitsNow,
  MESSAGES,
  OLD_RUNS_NEXT,
  queuesOf,
  type RunStatus,
  runWord,
  type Settings,
  type StopArgs,
  shownId,
  TASK_QUEUES,
} from '../../contract';
import { isPolled } from '../connection/polled';
import { grpcCode } from '../connection/rpc';
import { messageOf, TrainctlError } from '../errors';
import { BUSY_MS, giveOrder, NO_WORKER_MS, NotTakenError, type OrderOptions } from './order';
import type { RunAddress } from './resolve-run';

/** How long `status` waits for a worker before it falls back to what Temporal and S3 know without one. */
const QUERY_MS = 3_000;

/** Who gives orders to runs. */
export interface Orderer {
  client: Client;
  settings: Pick<Settings, 'installation'>;
}

/** Asks the run to end with outcome `cancelled`. Returns when the run has taken the order, not when it has ended. */
export function stopRun(by: Orderer, run: RunAddress, args: StopArgs, options?: OrderOptions): Promise<void> {
  return update<void>(by, run, MESSAGES.stop, args, options);
}

export function extendRun(by: Orderer, run: RunAddress, args: ExtendArgs, options?: OrderOptions): Promise<LimitsNow> {
  return update<LimitsNow>(by, run, MESSAGES.extend, args, options);
}

/** Which wish it is, counted over the run; the answer to it appears in the status. Undefined: the worker is an older one. */
export async function askForCheckpoint(
  by: Orderer,
  run: RunAddress,
  options?: OrderOptions,
): Promise<number | undefined> {
  const said = await update<{ asked: number } | undefined>(by, run, MESSAGES.takeCheckpoint, undefined, options);
  return said?.asked;
}

/** Ends the instance of a failed run that is held. */
export function releaseRun(by: Orderer, run: RunAddress, options?: OrderOptions): Promise<void> {
  return update<void>(by, run, MESSAGES.release, undefined, options);
}

/** Temporal's own cancel: the server records it without any worker, and the run ends with it when one is back. */
export async function cancelRun(client: Client, run: RunAddress): Promise<void> {
  await client.withDeadline(Date.now() + NO_WORKER_MS, () =>
    client.workflow.getHandle(run.workflowId, run.runId).cancel(),
  );
}

/** The workflow's answer to the query `status`; undefined when no worker answers in time. */
export async function queryStatus(
  client: Client,
  run: Pick<RunAddress, 'workflowId' | 'runId'>,
): Promise<RunStatus | undefined> {
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

/** An update is known by its id: sent again, the same one is asked after. */
async function update<R>(
  { client, settings }: Orderer,
  run: RunAddress,
  name: string,
  arg?: unknown,
  options?: OrderOptions,
): Promise<R> {
  const updateId = randomUUID();
  const handle = client.workflow.getHandle(run.workflowId, run.runId);
  const soon = <T>(call: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + NO_WORKER_MS, call);
  try {
    return await giveOrder<R>(
      {
        send: () => soon(() => handle.executeUpdate<R, [unknown]>(name, { args: [arg], updateId })),
        outcome: () => soon(() => handle.getUpdateHandle<R>(updateId).result()),
        polled: () => hasWorker(client, run),
      },
      options,
    );
  } catch (error) {
    throw await updateError({ client, settings }, error, run, name);
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

async function updateError(
  { client, settings }: Orderer,
  error: unknown,
  run: RunAddress,
  name: string,
): Promise<unknown> {
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
  if (!(error instanceof NotTakenError)) return error;
  const what = ORDERS[name] ?? name;
  // Temporal may be gone by now; this is where runs of the installation wait.
  const queueOfAll = { queue: queuesOf(settings.installation).main, buildId: undefined };
  const { queue, buildId } = await waitsFor(client, run).catch(() => queueOfAll);
  const version = buildId === undefined ? '' : ` of version ${buildId}, which the run is pinned to,`;
  if (error.why === 'no-worker') {
    return new TrainctlError(
      'no-worker',
      `no worker${version} polls the task queue ${queue}: nobody was there within ${NO_WORKER_MS / 1000} s to ${what} (one that comes soon may still do it)`,
      { next: nextFor(queue, settings), cause: error },
    );
  }
  return new TrainctlError(
    'unavailable',
    `${shownId(run.workflowId)} has not answered for ${BUSY_MS / 1000} s, though Temporal shows a worker that polls the task queue ${queue}: it is not known whether it will ${VERBS[name] ?? name}`,
    { next: `see what it does, and ask again: trainctl status ${runWord(run.workflowId)}`, cause: error },
  );
}

/** A worker of today polls the queues of its own installation. */
export const nextFor = (queue: string, { installation }: Pick<Settings, 'installation'>): string =>
  queue !== queuesOf(installation).main && queue === TASK_QUEUES.main
    ? `it is on the queue of an older release, or of another installation than "${installation}": ${OLD_RUNS_NEXT}`
    : 'start one: trainctl worker (or: trainctl stack up --detach)';

/**
 * Whether Temporal shows a worker that asks for this run's tasks now.
 * @throws what Temporal's client throws, after 5 s at most
 */
export function hasWorker(client: Client, run: RunAddress): Promise<boolean> {
  return client.withDeadline(Date.now() + NO_WORKER_MS, async () => {
    const { queue, buildId } = await waitsFor(client, run);
    return isPolled(client, queue, buildId);
  });
}

/** The queue that the run's workers poll, as Temporal knows it, and the version that they must have. */
async function waitsFor(client: Client, run: RunAddress): Promise<{ queue: string; buildId?: string }> {
  const { taskQueue: queue, raw } = await client.workflow.getHandle(run.workflowId, run.runId).describe();
  const { behavior, deploymentVersion } = raw.workflowExecutionInfo?.versioningInfo ?? {};
  const buildId = behavior === PINNED ? deploymentVersion?.buildId : undefined;
  return { queue, ...(buildId ? { buildId } : {}) };
}

/** `enums.v1.VersioningBehavior`. */
const PINNED = 1;
