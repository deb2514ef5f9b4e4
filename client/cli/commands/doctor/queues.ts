import type { Client } from '@temporalio/client';
import { oldRuns } from '../../../../adapters/installation';
import { OLD_RUNS_NEXT, queuesOf, type Settings, TASK_QUEUES } from '../../../../contract';
import type { Check } from '../../../../local/stack';
import { type Poller, pollersOf, THIS_MACHINE } from '../../..';
import { count, duration } from '../../terminal/format';

/** Whether somebody takes the tasks of each queue: those who poll it now, told from those whom Temporal remembers. */
export async function queueChecks(client: Client, settings: Settings, now: Date): Promise<Check[]> {
  const checks: Check[] = [];
  for (const name of Object.values<string>({ ...queuesOf(settings.installation) })) {
    checks.push(queueCheck(name, await pollersNow(client, settings, name, now)));
  }
  const old = await oldRuns(client, settings.installation);
  if (old > 0) checks.push(oldQueueCheck(old, await pollersNow(client, settings, TASK_QUEUES.main, now)));
  return checks;
}

async function pollersNow(client: Client, settings: Settings, name: string, now: Date): Promise<Poller[]> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: settings.temporal.namespace,
    taskQueue: { name },
    // ActivityTaskQueue: both queues have one; only the main one has workflows.
    taskQueueType: 2,
  });
  return pollersOf(pollers ?? [], now, THIS_MACHINE);
}

/** Runs of before each installation had queues of its own: they go on with a worker of that time, and wait without one. */
export function oldQueueCheck(open: number, pollers: readonly Poller[]): Check {
  const alive = pollers.filter((poller) => poller.alive);
  const runs = `${count(open, 'open run')} of an older release on the queue ${TASK_QUEUES.main}`;
  const name = 'old queue';
  if (alive.length > 0)
    return { name, ok: true, detail: `${runs}, polled by ${alive.map(words).join('; ')}: ${OLD_RUNS_NEXT}` };
  const detail = `${runs}, which nobody polls: no order reaches them, and their hosts end when their leases do`;
  return { name, ok: false, detail, fix: OLD_RUNS_NEXT };
}

export function queueCheck(queue: string, pollers: readonly Poller[]): Check {
  const alive = pollers.filter((poller) => poller.alive);
  const gone = pollers.filter((poller) => !poller.alive);
  const polling = alive.length > 0 ? `${alive.length} polling (${alive.map(words).join('; ')})` : 'no worker polls it';
  const remembered = gone.length > 0 ? `; Temporal remembers ${gone.map(words).join('; ')}` : '';
  return {
    name: `queue ${queue.replace('trainctl-', '')}`,
    ok: alive.length > 0,
    detail: `${queue}: ${polling}${remembered}`,
    ...(alive.length > 0 ? {} : { fix: 'trainctl worker (a stack brings its own)' }),
  };
}

function words({ identity, ago, ended }: Poller): string {
  const last = ago === undefined ? '' : `, last ${duration(ago)} ago`;
  return `${identity}${ended ? ', which has ended' : ''}${last}`;
}
