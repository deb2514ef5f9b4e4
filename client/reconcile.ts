import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { RECONCILE_SCHEDULE, RECONCILE_TYPE, type ReconcileArgs, type ReconcileResult, TASK_QUEUES } from '../contract';
import { messageOf, TrainctlError } from './errors';
import { NO_WORKER_MS } from './runs/messages';

/** A pass that looks and ends is over within minutes; one that is stuck must not stay open. */
const PASS_TIMEOUT = '30 minutes';

const LOOK_EVERY_MS = 250;

/**
 * Starts one pass of the reconciler and waits for it. It does not wait for a scheduled pass that may be under way: two passes
 * judge alike, and ending twice is ending once.
 * @throws TrainctlError `no-worker` when nobody has taken it after 5 s (it is withdrawn then), `refused` when it failed
 */
export async function reconcileNow(client: Client, args: ReconcileArgs): Promise<ReconcileResult> {
  const handle = await client.workflow.start<(args: ReconcileArgs) => Promise<ReconcileResult>>(RECONCILE_TYPE, {
    workflowId: `${RECONCILE_SCHEDULE}-${randomUUID().slice(0, 8)}`,
    taskQueue: TASK_QUEUES.main,
    args: [args],
    workflowExecutionTimeout: PASS_TIMEOUT,
    staticSummary: args.dryRun ? 'reconcile: look only' : 'reconcile: end what no live run owns',
  });
  await taken(handle);
  try {
    return await handle.result();
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const why = deepest(error);
    throw new TrainctlError('refused', `the reconciler could not finish: ${why}`, {
      next: `look at workflow ${handle.workflowId} in Temporal; nothing was ended that it does not name`,
      cause: error,
    });
  }
}

/** Waits until a worker has begun. A pass that nobody takes is withdrawn: it would run at a time that nobody expects. */
async function taken(handle: WorkflowHandle): Promise<void> {
  const until = Date.now() + NO_WORKER_MS;
  for (;;) {
    const { historyLength, status } = await handle.describe();
    // Started and the first task scheduled are the server's own events; a third is a worker's.
    if (historyLength > 2 || status.name !== 'RUNNING') return;
    if (Date.now() > until) break;
    await delay(LOOK_EVERY_MS);
  }
  await handle.terminate('no worker took it within 5 s').catch(() => undefined);
  throw new TrainctlError('no-worker', `no worker polls the task queue ${TASK_QUEUES.main}: nothing was looked at`, {
    next: 'start one: trainctl worker (or: trainctl stack up --detach)',
  });
}

function deepest(error: Error): string {
  let e: Error = error;
  while (e.cause instanceof Error) e = e.cause;
  return messageOf(e);
}
