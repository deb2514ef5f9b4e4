import type { Client } from '@temporalio/client';
import { pollersOf, THIS_MACHINE } from './pollers';

/** `enums.v1.TaskQueueType`. */
const WORKFLOW_QUEUE = 1;

/**
 * Whether a worker asks for the workflows of `queue` now, as Temporal knows it. A poll lasts a minute, so one that was killed on
 * another machine less than 75 s ago still counts.
 *
 * @param buildId only workers of this version: those that a pinned run waits for
 * @throws what Temporal's client throws: then nobody knows
 */
export async function isPolled(client: Client, queue: string, buildId?: string): Promise<boolean> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: queue },
    taskQueueType: WORKFLOW_QUEUE,
  });
  const fitting = (pollers ?? []).filter(
    ({ deploymentOptions }) => buildId === undefined || deploymentOptions?.buildId === buildId,
  );
  return pollersOf(fitting, new Date(), THIS_MACHINE).some(({ alive }) => alive);
}
