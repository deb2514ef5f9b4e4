import { setTimeout as sleep } from 'node:timers/promises';
import { RECONCILE_TYPE, TASK_QUEUES } from '../../../contract';
import type { Cell, Pass } from '../plan/cells';
import type { Lane } from '../world/lane';
import type { LocalCloud } from '../world/local-cloud';
import { cancelProblems } from './cancel';
import { BOUND, type Story, type World } from './result';
import { act } from './scenario';
import { startRun } from './training';

const EVERY_MS = 100;

/** How many looks at what is on its way out. */
const LOOKS = 100;

/**
 * A run is terminated through Temporal while it trains, so that nothing undoes it; a pass of the reconciler begins under the
 * fault, and after it, if something is left, a second one without.
 */
export async function runPass(cell: Cell, lane: Lane, world: World): Promise<Story> {
  const { cloud } = world;
  const late = AbortSignal.timeout(BOUND * 1000);
  await act(cell, await startRun(cell, lane, world), world, late);
  const before = await cloud.leftovers(cell.id);

  const words = await pass(lane, cell.subject);
  let leftovers = await settled(cloud, cell.id);
  let outcome: Pass | 'left over' = 'ended by this pass';
  if (leftovers.length > 0) {
    outcome = 'ended by the next pass';
    await pass(lane, `${cell.id}-next`);
    leftovers = await settled(cloud, cell.id);
  }
  if (leftovers.length > 0) outcome = 'left over';

  const subject = lane.client.workflow.getHandle(cell.subject);
  const { historyLength: events } = await subject.describe();
  const launched = await cloud.launched(cell.id);
  const problems = [
    ...(before.some(runs) ? [] : ['nothing was alive when the pass began']),
    ...(launched.length > 1 ? [`${launched.length} instances for one attempt`] : []),
    ...(late.aborted ? [`longer than ${BOUND} s`] : []),
    ...(await cancelProblems(cell, subject)),
  ];
  return { outcome, words, events, attempts: 1, leftovers, problems };
}

/** One pass to its close; answers how it closed, in words. */
async function pass(lane: Lane, workflowId: string): Promise<string> {
  const begun = await lane.client.workflow.start(RECONCILE_TYPE, {
    taskQueue: TASK_QUEUES.main,
    workflowId,
    args: [],
    // A pass that hangs is closed, and shows by what it leaves.
    workflowExecutionTimeout: BOUND * 1000,
  });
  return begun.result().then(
    (result) => JSON.stringify(result),
    (error: unknown) => String(error),
  );
}

const runs = (thing: string): boolean => / (pending|running)$/.test(thing);

/** What is left when all that was asked to end has gone. */
async function settled(cloud: LocalCloud, run: string): Promise<string[]> {
  let left = await cloud.leftovers(run);
  for (let look = 0; look < LOOKS && left.length > 0 && !left.some(runs); look += 1) {
    await sleep(EVERY_MS);
    left = await cloud.leftovers(run);
  }
  return left;
}
