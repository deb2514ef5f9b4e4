import type { Cell } from '../plan/cells';
import type { Lane } from '../world/lane';
import { runPass } from './reconcile';
import type { CellResult, World } from './result';
import { runSuite } from './suite';
import { runTraining } from './training';

const STORIES = {
  plain: runTraining,
  endless: runTraining,
  interrupted: runTraining,
  waiting: runTraining,
  checkpoint: runTraining,
  stopped: runTraining,
  terminated: runPass,
  suite: runSuite,
};

/** One cell, from its start to what the local cloud says of it afterwards. */
export async function runCell(cell: Cell, lane: Lane, world: World): Promise<CellResult> {
  const began = Date.now();
  lane.expect(cell);
  await lane.start();
  const story = await STORIES[cell.scenario](cell, lane, world);
  const { outcome, words, leftovers, attempts, events } = story;
  const problems = [
    ...(cell.allowed.some((allowed) => allowed === outcome)
      ? []
      : [`ended as ${outcome} (${words.replace(/\s+/g, ' ')}), not as ${cell.allowed.join(' or ')}`]),
    ...(leftovers.length > 0 ? [`left over: ${leftovers.join(', ')}`] : []),
    ...lane.problems(cell),
    ...story.problems,
  ];
  const { id, activity, fault, ending } = cell;
  const seconds = (Date.now() - began) / 1000;
  return { id, activity, fault, ending, outcome, seconds, attempts, events, leftovers, problems };
}
