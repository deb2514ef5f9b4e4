import type { KillsResult } from './run-kills';
import { BOUND, type RoundResult } from './run-round';

export interface KillsSummary {
  rounds: number;
  seed: number;
  seconds: number;
  /** Seconds of an undisturbed run, the longest of them. */
  length: number;
  kills: number;
  /** How many kills met each activity; one may meet several. */
  met: Record<string, number>;
  /** Such as `12 plain succeeded`. */
  outcomes: Record<string, number>;
  leftovers: number;
  /** Runs that are not as promised for any reason. */
  problems: number;
}

export function summaryOf({ results, lengths }: KillsResult, seed: number, seconds: number): KillsSummary {
  const met: Record<string, number> = {};
  const outcomes: Record<string, number> = {};
  for (const { killed, story, outcome } of results) {
    const name = story === 'plain' ? outcome : `${outcome} (${story})`;
    outcomes[name] = (outcomes[name] ?? 0) + 1;
    for (const open of killed)
      for (const activity of open.length > 0 ? open : ['between activities']) met[activity] = (met[activity] ?? 0) + 1;
  }
  return {
    rounds: results.length,
    seed,
    seconds,
    length: Math.max(0, ...lengths),
    kills: results.reduce((sum, r) => sum + r.killed.length, 0),
    met,
    outcomes,
    leftovers: results.reduce((sum, r) => sum + r.leftovers.length, 0),
    problems: results.filter((r) => r.problems.length > 0).length,
  };
}

const counted = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([what, n]) => `${n} ${what}`)
    .join(', ');

/** The lines of a summary, for a terminal and for the page. */
function lines(s: KillsSummary): [what: string, value: string][] {
  return [
    ['runs', `${s.rounds} in ${Math.round(s.seconds)} s, seed ${s.seed}; undisturbed ${s.length.toFixed(1)} s each`],
    ['kills', String(s.kills)],
    ['met', counted(s.met)],
    ['outcomes', counted(s.outcomes)],
    ['left over', String(s.leftovers)],
    ['not as promised', String(s.problems)],
  ];
}

export const text = (s: KillsSummary): string =>
  lines(s)
    .map(([what, value]) => `${what.padEnd(18)}${value}`)
    .join('\n');

export const line = ({ id, story, outcome, seconds, attempts, killed, problems }: RoundResult): string =>
  `${id}: ${story} ${outcome} ${seconds.toFixed(1)} s, ${attempts} attempts; killed in ${
    killed.map((open) => open.join('+') || '–').join(', ') || 'nothing'
  } ${problems.join('; ')}`.trimEnd();

/** The section of the page that tells of the last result. */
export function section(s: KillsSummary, date: Date): string {
  const rows = lines(s).map(([what, value]) => `| ${what} | ${value} |`);
  return `\`npm run test:kills -- --rounds ${s.rounds} --seed ${s.seed}\`: real hosts, SSH, S3 and agent, Temporal's dev server, and a worker
process that is killed with -9 one to four times a run, and started again at once. The moments are uniform: the first one over the
length of an undisturbed run, the others over two and a half times that, because each kill makes a run longer (one that would come
after the end does not happen). Half of the runs are left
alone otherwise; the others get a notice, lose their instance without one, or are cancelled, at a random moment. The seed
reproduces the moments, not what they meet: that is counted. Some rounds are part of CI (\`test/kills/kills.test.ts\`).

Each run has to end within ${BOUND} s in the outcome that its story allows; with one attempt, two when its instance was taken; with
one instance an attempt, and nothing left of them; with logs that are, byte for byte, pieces of the undisturbed one; with a
command that did each step of an attempt once, in order, as it notes outside of trainctl (a second start would repeat one); and
when it succeeded, with the value that the undisturbed run ends with.

Last result, ${date.toISOString().slice(0, 10)}:

| | |
| --- | --- |
${rows.join('\n')}

Not as in production: timeouts and retry intervals are a twentieth of the product's, as in the fault matrix.
`;
}
