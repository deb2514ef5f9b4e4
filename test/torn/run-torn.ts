import type { AttachEvent, RestoreResult } from '../../contract';
import { Host } from '../agent/support/host';
import { random } from '../support/random';
import { commandOf, faultOf, scriptOf, WAYS, type Way } from './scripts';

/** How the process is ended: asked, at once, or by somebody whom the agent does not know. */
export const ENDS = ['term', 'kill', 'crash'] as const;

export interface Round {
  way: Way;
  end: (typeof ENDS)[number];
  /** Checkpoints in S3: all, and those called suspect. */
  taken: number;
  suspect: number;
  /** Whether one was restored that is said to be suspect, for want of a whole one. */
  doubtful: boolean;
  /** What was called whole and was not, or was resumed from without a word. */
  problems: string[];
}

interface Manifest {
  suspect?: string;
  files: { path: string; parts: { sha256: string }[] }[];
}

const PREFIX = 'runs/key/a/1/0/checkpoints/';
/** Milliseconds in which a script comes around to its next save at least once. */
const HELD = 1_500;
const HELD_SLOW = 3_500;

/** One training, ended at a random moment of its writing, and what is restored after it. */
export async function runRound(seed: number, number: number): Promise<Round> {
  const next = random(seed * 1_000_003 + number);
  const way = WAYS[number % WAYS.length] ?? 'in-place';
  const end = ENDS[next(ENDS.length)] ?? 'term';
  const host = await new Host().open();
  try {
    host.write('train.py', scriptOf(way));
    const checkpoints = { dir: 'checkpoints', everySeconds: 1, graceSeconds: 3, signal: null };
    const attached = await host.start(commandOf(way), { checkpoints });
    await attached.next('checkpoint', 60);
    await new Promise((resolve) => setTimeout(resolve, next(way === 'slow-files' ? HELD_SLOW : HELD)));
    if (end === 'crash') process.kill(host.daemon()?.training ?? 0, 'SIGKILL');
    else attached.send({ t: 'stop', mode: end === 'kill' ? 'now' : 'graceful', graceSeconds: end === 'kill' ? 0 : 3 });
    await attached.next('final', 60);
    return await judge(host, way, end, attached.events);
  } finally {
    await host.close();
  }
}

async function judge(host: Host, way: Way, end: Round['end'], events: readonly AttachEvent[]): Promise<Round> {
  const keys = host.store.keys(PREFIX).filter((key) => key.endsWith('manifest.json'));
  const read = keys.map((key) => ({ key, manifest: host.store.json<Manifest>(key) }));
  const problems = read.flatMap(({ key, manifest }) => {
    const fault = faultOf(way, contentOf(host, manifest));
    return fault && manifest.suspect === undefined ? [`${key} is called whole: ${fault}`] : [];
  });
  const told = events.filter((event) => event.t === 'checkpoint').length;
  if (told < read.length) problems.push(`${read.length} checkpoints, and only ${told} were told`);
  const restored = await restore(host, read);
  const used = read.find(({ key }) => key === restored.key);
  const fault = used && faultOf(way, contentOf(host, used.manifest));
  if (fault && restored.suspect === undefined) problems.push(`resumed from ${restored.key} unnoticed: ${fault}`);
  const suspect = read.filter(({ manifest }) => manifest.suspect !== undefined).length;
  return { way, end, taken: read.length, suspect, doubtful: restored.suspect !== undefined, problems };
}

/** As the next attempt does it: whole ones first, then suspect ones, newest first. */
function restore(host: Host, read: readonly { key: string; manifest: Manifest }[]): Promise<RestoreResult> {
  const newest = [...read].reverse();
  const ranked = [...newest.filter((one) => !one.manifest.suspect), ...newest.filter((one) => one.manifest.suspect)];
  const candidates = ranked.map(({ key, manifest }) => ({
    key,
    step: null,
    attempt: 1,
    number: Number(key.slice(PREFIX.length).split('/')[0]),
    ...(manifest.suspect === undefined ? {} : { suspect: manifest.suspect }),
    manifestUrl: host.store.download(key),
    partUrls: Object.fromEntries(
      manifest.files
        .flatMap(({ parts }) => parts)
        .map(({ sha256 }) => [sha256, host.store.download(`${PREFIX}parts/${sha256}`)]),
    ),
  }));
  return host.ok('restore', { dir: 'trainctl/key/2/0', checkpointsDir: 'checkpoints', candidates });
}

function contentOf(host: Host, { files }: Manifest): Map<string, string> {
  return new Map(
    files.map(({ path, parts }) => [
      path,
      Buffer.concat(parts.map(({ sha256 }) => host.store.read(`${PREFIX}parts/${sha256}`))).toString(),
    ]),
  );
}

/** All rounds, some at a time. */
export async function runTorn(
  { rounds, seed, together = 2 }: { rounds: number; seed: number; together?: number },
  onRound: (round: Round, done: number) => void = () => undefined,
): Promise<Round[]> {
  const all: Round[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < rounds) {
      const round = await runRound(seed, next++);
      all.push(round);
      onRound(round, all.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(together, rounds) }, worker));
  return all;
}

export function summary(all: readonly Round[]): string {
  const sum = (of: (round: Round) => number): number => all.reduce((total, round) => total + of(round), 0);
  const problems = sum((round) => round.problems.length);
  return [
    `${all.length} trainings ended in the middle of their writing`,
    `${sum((round) => round.taken)} checkpoints taken, ${sum((round) => round.suspect)} of them suspect`,
    `${sum((round) => Number(round.doubtful))} resumed from a suspect one for want of another, and said so`,
    `${problems} called whole, or resumed from unnoticed, that were not`,
  ].join('\n');
}
