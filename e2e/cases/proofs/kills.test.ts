import { line, summaryOf, text } from '../../../test/kills/report';
import { runKills } from '../../../test/kills/run-kills';

/** Other moments each day; TRAINCTL_KILLS_SEED repeats a day's. */
const SEED = Number(process.env.TRAINCTL_KILLS_SEED ?? Math.floor(Date.now() / 86_400_000));
const ROUNDS = 2;
/** Of an undisturbed run on a machine that is not busy. Seconds. */
const LENGTH = 8;

it(`loses nothing when the worker is killed at random moments (seed ${SEED})`, async () => {
  const began = Date.now();
  const all = await runKills({ rounds: ROUNDS, seed: SEED, length: LENGTH });
  const summary = summaryOf(all, SEED, (Date.now() - began) / 1000);
  process.stderr.write(`${text(summary)}\n`);
  expect(all.results.filter(({ problems }) => problems.length > 0).map(line)).toEqual([]);
  expect(summary).toMatchObject({ rounds: ROUNDS, leftovers: 0, problems: 0 });
  expect(summary.kills).toBeGreaterThan(0);
}, 300_000);
