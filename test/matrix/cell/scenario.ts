import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { ObjectStore } from '../../../adapters/aws';
import { MESSAGES, nodePrefix } from '../../../contract';
import type { Cell } from '../plan/cells';
import type { Launched, LocalCloud } from '../world/local-cloud';

const EVERY_MS = 250;
const NOTICE_SECONDS = 4;
/** For a command that goes on after its TERM, until its grace is over. */
const LONG_NOTICE_SECONDS = 60;

/** What the output of a run holds that succeeded: the input, carried through. */
export const WORD = 'matrix';

export const INPUT_KEY = 'inputs/in.txt';
export const outputKey = (cell: Cell): string => `results/${cell.id}/model`;

/** A spec in which every step that matters to the cell has something to do. */
export function specOf(cell: Cell, snapshot: string): object {
  // The second host is ready long before the first has gone, and is renewed at a third of its lease.
  const waits = cell.scenario === 'waiting';
  return {
    name: 'matrix',
    command: ['bash', 'train.sh', cell.scenario, cell.ending],
    code: { snapshot },
    // An environment costs seconds of processor time, so that only the cells have one that are about it.
    setup: cell.activity === 'installDependencies' ? ['echo done > setup.done'] : [],
    env: { MATRIX_SETUP: cell.activity === 'installDependencies' ? 1 : '' },
    inputs: [{ from: `s3://matrix/${INPUT_KEY}`, to: 'data/in.txt' }],
    outputs: [{ from: 'out/', to: `s3://matrix/results/${cell.id}/` }],
    checkpoints: { every: '1s', keep: 1, grace: waits ? '40s' : '5s', signal: 'SIGUSR1' },
    resources: { instanceTypes: ['t3.large'], market: 'spot' },
    limits: { maxDuration: '10m', startTimeout: '1m', unreachable: '20s', lease: waits ? '40s' : '5m' },
    retry: { interruptions: 3 },
  };
}

/** Does to a run what its scenario needs, once its command really runs. Ends early when the run does. */
export async function act(cell: Cell, run: WorkflowHandle, world: ActedOn, over: AbortSignal): Promise<void> {
  if (cell.scenario === 'plain' || cell.scenario === 'endless') return;
  while (!over.aborted) {
    // Whatever fails has met a worker that was just killed, or a run that has just ended.
    const done = await whenTraining(cell, run, world).catch(() => false);
    if (done) return;
    await sleep(EVERY_MS, undefined, { signal: over }).catch(() => undefined);
  }
}

interface ActedOn {
  cloud: LocalCloud;
  store: ObjectStore;
}

async function whenTraining(cell: Cell, run: WorkflowHandle, { cloud, store }: ActedOn): Promise<boolean> {
  const newest = (await cloud.launched(cell.id)).sort((a, b) => a.attempt - b.attempt).at(-1);
  if (!newest || !(await hasStepped(store, newest))) return false;
  await provoke(cell, run, cloud, newest.id);
  return true;
}

/** The command has made a step: its traps are set, and there is something to save. */
async function hasStepped(store: ObjectStore, { runKey, attempt }: Launched): Promise<boolean> {
  const bytes = await store.get(`${nodePrefix('', runKey, attempt, 0)}live.json`);
  return ((JSON.parse(bytes.toString()) as { step?: number }).step ?? 0) > 0;
}

async function provoke(cell: Cell, run: WorkflowHandle, cloud: LocalCloud, instance: string): Promise<void> {
  switch (cell.scenario) {
    case 'interrupted':
      return cloud.post(`instances/${instance}/interrupt`, { noticeSeconds: NOTICE_SECONDS });
    case 'waiting':
      return cloud.post(`instances/${instance}/interrupt`, { noticeSeconds: LONG_NOTICE_SECONDS });
    case 'checkpoint':
      return run.executeUpdate<void, []>(MESSAGES.takeCheckpoint);
    case 'stopped':
      return run.executeUpdate<void, [object]>(MESSAGES.stop, { args: [{ mode: 'graceful' }] });
    case 'terminated':
      return run.terminate('nothing undoes it').then(() => undefined);
    case 'plain':
    case 'endless':
    case 'suite':
      return undefined;
  }
}
