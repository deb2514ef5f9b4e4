import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { queuesOf, RECONCILE_TYPE, type ReconcileArgs, type ReconcileResult, reconcileSchedule } from '../contract';
import { isPolled } from './connection/polled';
import { messageOf, TrainctlError } from './errors';
import { BUSY_MS, NO_WORKER_MS } from './runs/order';

/** A pass that looks and ends is over within minutes; one that is stuck must not stay open. */
const PASS_TIMEOUT = '30 minutes';

const LOOK_EVERY_MS = 250;

/**
 * Starts one pass of the reconciler and waits for it. It does not wait for a scheduled pass that may be under way: two passes
 * judge alike, and ending twice is ending once.
 * @throws TrainctlError `no-worker` when nobody has taken it after 5 s and Temporal shows no worker, `unavailable` when one that is there
 * has not taken it after a minute (it is withdrawn then), or when it could not finish: what is left is not known
 */
export async function reconcileNow(
  client: Client,
  args: ReconcileArgs,
  installation: string,
): Promise<ReconcileResult> {
  const queue = queuesOf(installation).main;
  const handle = await client.workflow.start<(args: ReconcileArgs) => Promise<ReconcileResult>>(RECONCILE_TYPE, {
    workflowId: `${reconcileSchedule(installation)}-${randomUUID().slice(0, 8)}`,
    taskQueue: queue,
    args: [args],
    workflowExecutionTimeout: PASS_TIMEOUT,
    staticSummary: args.dryRun ? 'reconcile: look only' : 'reconcile: end what no live run owns',
  });
  await taken(client, handle, queue);
  try {
    return await handle.result();
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const why = deepest(error);
    throw new TrainctlError('unavailable', `the reconciler could not finish: ${why}`, {
      next: `look at workflow ${handle.workflowId} in Temporal; nothing was ended that it does not name`,
      cause: error,
    });
  }
}

/** Waits until a worker has begun. A pass that nobody takes is withdrawn: it would run at a time that nobody expects. */
async function taken(client: Client, handle: WorkflowHandle, queue: string): Promise<void> {
  const began = Date.now();
  for (;;) {
    const { historyLength, status } = await handle.describe();
    // Started and the first task scheduled are the server's own events; a third is a worker's.
    if (historyLength > 2 || status.name !== 'RUNNING') return;
    const waited = Date.now() - began;
    const busy = waited > NO_WORKER_MS && (await isPolled(client, queue).catch(() => true));
    if (waited > NO_WORKER_MS && !busy) {
      await withdraw(handle, 'no worker took it within 5 s');
      throw new TrainctlError('no-worker', `no worker polls the task queue ${queue}: nothing was looked at`, {
        next: 'start one: trainctl worker (or: trainctl stack up --detach)',
      });
    }
    if (waited > BUSY_MS) {
      await withdraw(handle, 'no worker took it within a minute');
      const why = `the workers that poll the task queue ${queue} have not taken it for ${BUSY_MS / 1000} s`;
      throw new TrainctlError('unavailable', `nothing was looked at: ${why}`, {
        next: 'ask again: trainctl reconcile',
      });
    }
    await delay(busy ? LOOK_EVERY_MS * 4 : LOOK_EVERY_MS);
  }
}

async function withdraw(handle: WorkflowHandle, why: string): Promise<void> {
  await handle.terminate(why).catch(() => undefined);
}

function deepest(error: Error): string {
  let e: Error = error;
  while (e.cause instanceof Error) e = e.cause;
  return messageOf(e);
}
