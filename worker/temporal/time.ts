import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeConnection } from '@temporalio/worker';
import type { AnsweredAt } from '../../adapters/aws';

/** A queue that nothing is ever put into. */
const QUEUE = { name: 'trainctl-clock' };

/** Milliseconds. */
const PATIENCE = 5_000;
const PAUSE = 50;
/** The least that the server takes is 2 s. */
const POLLED = 3_000;

/**
 * The time by Temporal's clock. No call asks for it, but the server notes when somebody polled a queue: so a queue of its own is polled,
 * and the server asked when that was. Undefined when it does not say.
 */
export async function temporalTime(connection: NativeConnection, namespace: string): Promise<AnsweredAt | undefined> {
  const { workflowService } = connection;
  const identity = `trainctl-clock ${randomUUID()}`;
  const sent = Date.now();
  // Nothing comes of it, and nobody waits for it.
  connection
    .withDeadline(sent + POLLED, () => workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: QUEUE, identity }))
    .catch(() => undefined);
  try {
    while (Date.now() - sent < PATIENCE) {
      // Workflow tasks.
      const { pollers } = await workflowService.describeTaskQueue({ namespace, taskQueue: QUEUE, taskQueueType: 1 });
      const polled = (pollers ?? []).find((poller) => poller.identity === identity)?.lastAccessTime;
      if (polled) {
        const date = Number(polled.seconds) * 1000 + Math.floor((polled.nanos ?? 0) / 1e6);
        return { date, sent, received: Date.now() };
      }
      await sleep(PAUSE);
    }
    return undefined;
  } catch {
    return undefined;
  }
}
