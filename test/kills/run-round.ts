import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TrainctlClient } from '../../client';
import { nodePrefix, type RunResult } from '../../contract';
import { brokenPromises, type Counting, startCounting, valueAfter } from '../../e2e/support/counting-run';
import type { Lane } from '../matrix/world/lane';
import type { LocalCloud } from '../matrix/world/local-cloud';
import type { Round, Story } from './plan';

/** Steps of a tenth of a second. */
const STEPS = 50;

/** No run may take longer. Seconds. */
export const BOUND = 180;

const LOOK_MS = 100;
const NOTICE_SECONDS = 4;

export const INPUT_KEY = 'inputs/kills.txt';

export interface Site {
  lane: Lane;
  client: TrainctlClient;
  cloud: LocalCloud;
  snapshot: string;
  /** Of an undisturbed run. Seconds. */
  length: number;
}

export interface RoundResult {
  id: string;
  story: Story;
  outcome: string;
  seconds: number;
  attempts: number;
  /** Of each kill: which activities were open when it struck. */
  killed: string[][];
  leftovers: string[];
  problems: string[];
}

/** One run whose worker is killed at the round's moments, and how it kept its promises. */
export async function runRound(round: Round, site: Site): Promise<RoundResult> {
  const { lane, cloud, client } = site;
  await lane.start();
  const began = Date.now();
  const run = await startRun(round.id, site);
  const over = new AbortController();
  try {
    const ending = ended(run, over);
    const [killed] = await Promise.all([
      killing(run, round, site, over.signal),
      happening(run, round, site, over.signal),
    ]);
    const result = await ending;
    const seconds = (Date.now() - began) / 1000;
    // What is closed is read from S3 alone, but an open run is asked.
    await lane.start();
    const launched = await cloud.launched(run.run);
    const attempts = Math.max(0, ...launched.map(({ attempt }) => attempt));
    const leftovers = await cloud.leftovers(run.run);
    const outcome = result?.outcome ?? 'still open';
    const problems = [
      ...(round.allowed.some((allowed) => allowed === outcome) ? [] : [`ended as ${outcome}: ${result?.reason ?? ''}`]),
      ...(leftovers.length > 0 ? [`left over: ${leftovers.join(', ')}`] : []),
      ...(attempts > round.attempts ? [`took ${attempts} attempts`] : []),
      ...(launched.length > attempts ? [`${launched.length} instances for ${attempts} attempts`] : []),
      ...(result ? await brokenPromises(run, result, await run.status()) : []),
      ...(outcome === 'succeeded' ? await brokenValue(run, attempts, client) : []),
      ...lane.takeCrashes(),
    ];
    return { id: round.id, story: round.story, outcome, seconds, attempts, killed, leftovers, problems };
  } finally {
    over.abort();
    rmSync(run.audit, { force: true });
  }
}

function startRun(id: string, { client, snapshot }: Site): Promise<Counting> {
  return startCounting(client, id, {
    id,
    steps: STEPS,
    code: { snapshot },
    // An environment costs seconds of processor time, and most kills would meet it.
    setup: [],
    inputs: [{ from: `s3://matrix/${INPUT_KEY}`, to: 'data/in.txt' }],
    resources: { instanceTypes: ['t3.large'], market: 'spot' },
    limits: { maxDuration: '10m', startTimeout: '1m', unreachable: '20s', lease: '5m' },
    retry: { interruptions: 3 },
  });
}

/** Undefined when the run did not end within {@link BOUND}. */
async function ended(run: Counting, over: AbortController): Promise<RunResult | undefined> {
  const late = sleep(BOUND * 1000, undefined, { signal: over.signal }).catch(() => undefined);
  const result = await Promise.race([run.result(), late]);
  over.abort();
  return result;
}

/** Answers what was at work at each kill that found the run still open. */
async function killing(
  run: Counting,
  { kills }: Round,
  { lane, length }: Site,
  over: AbortSignal,
): Promise<string[][]> {
  const killed: string[][] = [];
  let passed = 0;
  for (const kill of kills) {
    const moment = kill * length * 1000;
    await sleep(moment - passed, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) break;
    passed = moment;
    killed.push(await atWork(run, lane));
    await lane.kill();
    await lane.start();
  }
  return killed;
}

async function atWork(run: Counting, lane: Lane): Promise<string[]> {
  const { raw } = await lane.client.workflow.getHandle(run.run).describe();
  return (raw.pendingActivities ?? []).map(({ activityType }) => activityType?.name ?? '');
}

async function happening(run: Counting, round: Round, site: Site, over: AbortSignal): Promise<void> {
  if (round.story === 'plain') return;
  if (round.story !== 'cancelled') await firstStep(run, over);
  const wait = round.story === 'cancelled' ? round.at * site.length : round.at;
  await sleep(wait * 1000, undefined, { signal: over }).catch(() => undefined);
  if (over.aborted) return;
  if (round.story === 'cancelled') return run.cancel();
  const [instance] = await site.cloud.launched(run.run);
  if (round.story === 'lost') await site.cloud.post(`instances/${instance?.id}/kill`, {});
  else await site.cloud.post(`instances/${instance?.id}/interrupt`, { noticeSeconds: NOTICE_SECONDS });
}

async function firstStep(run: Counting, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    const live = await run.live(1).catch(() => undefined);
    if ((live?.step ?? 0) > 0) return;
    await sleep(LOOK_MS, undefined, { signal: over }).catch(() => undefined);
  }
}

async function brokenValue(run: Counting, attempt: number, { store }: TrainctlClient): Promise<string[]> {
  const key = `${nodePrefix('', run.runKey, attempt, 0)}outputs/value`;
  const value = await store.get(key).then(String, () => undefined);
  return value === valueAfter(run.steps) ? [] : [`its value is ${value}, not ${valueAfter(run.steps)}`];
}
