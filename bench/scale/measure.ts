import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowFailedError, type WorkflowHandle, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { MESSAGES, type Outcome, WORKFLOW_TYPE } from '../../contract';
import { type Counted, countHistories } from './histories';
import { type Load, Watch } from './processes';
import { openSite, type Site, type SiteOptions } from './site';
import { together } from './together';

export interface ScaleOptions extends SiteOptions {
  runs: number;
  /** How long all are held training. Seconds. */
  hold: number;
  /** Patience, for all to train and for all to be gone, each. Seconds. */
  within: number;
}

export interface Scale extends ScaleOptions, Counted {
  /** Seconds from the first start until all trained; null: some did not, in time. */
  trainingAfter: number | null;
  trained: number;
  /** By process: the most memory (MB); CPU seconds until all trained; and a minute, while all were held. */
  peakMb: Record<string, number>;
  cpuUntilTraining: Record<string, number>;
  cpuPerMinuteHeld: Record<string, number>;
  /** Orders to stop that had to be sent again. */
  ordersRepeated: number;
  /** Seconds from the first order until EC2 showed nothing alive and every run was closed; null: not in time. */
  goneAfter: number | null;
  leftOver: number;
  outcomes: Record<string, number>;
  /** Runs that did not train, did not end, or ended as something else than `cancelled`. */
  notAsPromised: number;
}

const STARTS_AT_ONCE = 20;
const STOPS_AT_ONCE = 50;
const LOOK_MS = 500;
const SETTLED: Outcome = 'cancelled';

export async function measure(options: ScaleOptions, say: (line: string) => void): Promise<Scale> {
  const site = await openSite(options, say);
  const watch = new Watch(site.pids);
  try {
    return await story(site, watch, options, say);
  } finally {
    watch.stop();
    await site.close();
  }
}

async function story(site: Site, watch: Watch, options: ScaleOptions, say: (line: string) => void): Promise<Scale> {
  const { runs: count, hold, within } = options;
  const before = watch.look();
  const began = Date.now();
  const since = (moment: number): number => (Date.now() - moment) / 1000;
  const ids = Array.from({ length: count }, (_, i) => `scale-${i + 1}`);
  const runs = await together(STARTS_AT_ONCE, ids, (id) => site.start(id));
  say(`${count} started after ${since(began).toFixed(1)} s`);
  const training = (): Promise<number> => countWhere(site, 'TrainctlPhase = "training"');
  const allTrain = await until(async () => (await training()) >= count, within);
  const trainingAfter = allTrain ? since(began) : null;
  const trained = await training();
  const then = watch.look();
  say(`${trained} train after ${since(began).toFixed(1)} s; held for ${hold} s`);

  const held = Date.now();
  await sleep(hold * 1000);
  const minutes = since(held) / 60;
  const cpuPerMinuteHeld = spent(then, watch.look(), minutes);

  const asked = Date.now();
  let ordersRepeated = 0;
  await together(STOPS_AT_ONCE, runs, async (run) => {
    ordersRepeated += await stop(run, asked + within * 1000);
  });
  say(`all told to stop after ${since(asked).toFixed(1)} s`);
  const open = (): Promise<number> => countWhere(site, 'ExecutionStatus = "Running"');
  const gone = await until(async () => (await site.alive()) === 0 && (await open()) === 0, within);
  const goneAfter = gone ? since(asked) : null;
  const leftOver = await site.alive();
  say(`${leftOver} alive after ${since(asked).toFixed(1)} s`);

  const outcomes: Record<string, number> = {};
  for (const outcome of await together(STOPS_AT_ONCE, runs, outcomeOf))
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  return {
    ...options,
    ...(await countHistories(runs)),
    trainingAfter,
    trained,
    peakMb: watch.peaks,
    cpuUntilTraining: spent(before, then, 1),
    cpuPerMinuteHeld,
    ordersRepeated,
    goneAfter,
    leftOver,
    outcomes,
    notAsPromised: Math.max(count - trained, count - (outcomes[SETTLED] ?? 0)),
  };
}

async function countWhere({ client }: Site, what: string): Promise<number> {
  return (await client.workflow.count(`WorkflowType = "${WORKFLOW_TYPE}" AND ${what}`)).count;
}

/** False: not within so many seconds. A server that does not answer just now is asked again. */
async function until(fact: () => Promise<boolean>, seconds: number): Promise<boolean> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    if (await fact().catch(() => false)) return true;
    if (Date.now() > end) return false;
    await sleep(LOOK_MS);
  }
}

/** Answers how often it had to be asked again. */
async function stop(run: WorkflowHandle, end: number): Promise<number> {
  for (let repeated = 0; ; repeated += 1) {
    try {
      await run.executeUpdate<void, [object]>(MESSAGES.stop, { args: [{ mode: 'graceful' }], updateId: 'stop-all' });
      return repeated;
    } catch (error) {
      // Carried out already, or refused for good: what became of the run is counted in any case.
      if (error instanceof WorkflowUpdateFailedError || Date.now() > end) return repeated;
      if (!(await run.describe().catch(() => undefined))?.closeTime) await sleep(LOOK_MS);
      else return repeated;
    }
  }
}

async function outcomeOf(run: WorkflowHandle): Promise<string> {
  const { closeTime } = await run.describe();
  if (!closeTime) return 'still open';
  try {
    const { outcome } = (await run.result()) as { outcome: string };
    return outcome;
  } catch (error) {
    const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
    return cause instanceof ApplicationFailure ? (cause.type ?? cause.message) : String(cause ?? error);
  }
}

function spent(from: Record<string, Load>, to: Record<string, Load>, minutes: number): Record<string, number> {
  const names = Object.keys(to).filter((name) => from[name]);
  return Object.fromEntries(names.map((name) => [name, ((to[name]?.cpu ?? 0) - (from[name]?.cpu ?? 0)) / minutes]));
}
