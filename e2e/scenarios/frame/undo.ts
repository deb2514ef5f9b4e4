import { rm } from 'node:fs/promises';
import type { RunHandle } from '../../../client';
import { type Leftover, runPrefix } from '../../../contract';
import { shown } from '../checks';
import type { Scenario, UndoContext } from '../scenario';
import { codeKeysOf } from './code-of-run';
import { scratchFolder } from './files';
import { pastKeysOf } from './past';
import { aliveOf, aliveWords, runsOf } from './runs-of';

/** What an undo found and did. */
export interface Undone {
  /** Workflow ids. */
  runs: string[];
  /** Of all its runs. */
  costUsd: number;
  /** What is there all the same. */
  leftovers: Leftover[];
  /** What went wrong on the way, a sentence each. */
  failures: string[];
}

/** Minutes until what was asked to end is ended by force, and until EC2 shows it gone. */
const END_MINUTES = 4;
const GONE_MINUTES = 6;

/**
 * Takes away all that a scenario made, and looks whether it is gone. It needs the suite's tag and the scenario's name, and nothing
 * that the process of the scenario knew: that one may be dead. May be called again, also while nothing is there.
 */
export async function undoScenario(scenario: Pick<Scenario, 'undo'>, context: UndoContext): Promise<Undone> {
  const undone: Undone = { runs: [], costUsd: 0, leftovers: [], failures: [] };
  const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
    await work().catch((error: unknown) => void undone.failures.push(`${what}: ${shown(error)}`));
  };
  // First what could start more.
  await attempt('its own undo', async () => scenario.undo?.(context));
  let runs: RunHandle[] = [];
  await attempt('finding its runs', async () => {
    runs = await runsOf(context);
  });
  undone.runs = runs.map(({ run }) => run);
  await Promise.all(runs.map((run) => attempt(`ending ${run.run}`, () => endRun(run, context))));
  await attempt('EC2', () => endInEc2(runs, context));
  for (const run of runs)
    await attempt(`the cost of ${run.run}`, async () => {
      undone.costUsd += (await run.status()).costUsd;
    });
  await attempt('its objects', () => removeObjects(runs, context));
  await attempt('its incomplete uploads', () => abortUploads(runs, context));
  await attempt('its folder', () => rm(scratchFolder(context.tag, context.name), { recursive: true, force: true }));
  await attempt('looking for what is left', async () => {
    undone.leftovers = await leftOf(runs, context);
  });
  return undone;
}

/** As its own way out goes; terminated if that takes too long, and then {@link endInEc2} has what is left. */
async function endRun(run: RunHandle, { temporal, clock }: UndoContext): Promise<void> {
  const handle = temporal.workflow.getHandle(run.run);
  const isClosed = async (): Promise<boolean> => (await handle.describe()).closeTime !== undefined;
  if (await isClosed()) return;
  // An order needs a worker; Temporal records a cancel without.
  await run.stop({ mode: 'now' }).catch(() => run.cancel());
  try {
    await clock.until(`the end of ${run.run}`, isClosed, { limitMinutes: END_MINUTES });
  } catch (cause) {
    await handle.terminate('the end-to-end suite ends what it started');
    throw new Error(`it did not end within ${END_MINUTES} minutes of being stopped, and was terminated`, { cause });
  }
}

/** Nothing is left to do where runs have ended by themselves. */
async function endInEc2(runs: readonly RunHandle[], context: UndoContext): Promise<void> {
  const { ec2, clock } = context;
  await clock.until(
    'EC2 shows nothing of it alive',
    async () => {
      const alive = await aliveOf(context, runs);
      const ids = alive.instances.filter(({ state }) => state !== 'shutting-down').map(({ id }) => id);
      if (ids.length > 0) await ec2.terminateInstances(ids);
      if (alive.requests.length > 0) await ec2.cancelSpotRequests(alive.requests.map(({ id }) => id));
      for (const { id, state } of alive.volumes) if (state === 'available') await ec2.deleteVolume(id);
      return aliveWords(alive).length === 0;
    },
    { limitMinutes: GONE_MINUTES, everyMs: 2000, seen: async () => aliveWords(await aliveOf(context, runs)) },
  );
}

const prefixesOf = (runs: readonly RunHandle[], { settings, prefix }: UndoContext): string[] => [
  prefix,
  ...runs.map(({ runKey }) => runPrefix(settings.prefix, runKey)),
];

async function keysBelow({ objects }: UndoContext, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of objects.list(prefix)) keys.push(key);
  return keys;
}

function pastOf(runs: readonly RunHandle[], context: UndoContext): Promise<string[]> {
  const mine = new Set(runs.map(({ runKey }) => runKey));
  return mine.size === 0 ? Promise.resolve([]) : pastKeysOf(context, ({ runKey }) => mine.has(runKey));
}

async function removeObjects(runs: readonly RunHandle[], context: UndoContext): Promise<void> {
  const keys = (await Promise.all(runs.map((run) => codeKeysOf(run, context)))).flat();
  for (const prefix of prefixesOf(runs, context)) keys.push(...(await keysBelow(context, prefix)));
  keys.push(...(await pastOf(runs, context)));
  if (keys.length > 0) await context.objects.delete([...new Set(keys)]);
}

async function abortUploads(runs: readonly RunHandle[], context: UndoContext): Promise<void> {
  for (const prefix of prefixesOf(runs, context)) await context.uploads.abort(prefix);
}

async function leftOf(runs: readonly RunHandle[], context: UndoContext): Promise<Leftover[]> {
  const left = aliveWords(await aliveOf(context, runs));
  const keys = await pastOf(runs, context);
  const open: string[] = [];
  for (const prefix of prefixesOf(runs, context)) {
    keys.push(...(await keysBelow(context, prefix)));
    open.push(...(await context.uploads.below(prefix)).map(({ key }) => key));
  }
  const at = (what: string) => (key: string) => `${what} s3://${context.objects.bucket}/${key}`;
  return [...left, ...keys.map(at('object')), ...open.map(at('incomplete upload'))];
}
