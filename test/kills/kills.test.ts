import { roundOf } from './plan';
import { line, summaryOf, text } from './report';
import { runKills } from './run-kills';

/** Other moments each day; TRAINCTL_KILLS_SEED repeats a day's. */
const SEED = Number(process.env.TRAINCTL_KILLS_SEED ?? Math.floor(Date.now() / 86_400_000));
const ROUNDS = 2;
/** Of an undisturbed run on a machine that is not busy. Seconds. */
const LENGTH = 8;

describe('a round', () => {
  it('follows from seed and number alone', () => {
    expect(roundOf(7, 3)).toEqual(roundOf(7, 3));
    expect(roundOf(7, 4)).not.toEqual({ ...roundOf(7, 3), id: roundOf(7, 4).id });
    expect(roundOf(8, 3)).not.toEqual({ ...roundOf(7, 3), id: roundOf(8, 3).id });
  });

  it('kills one to four times, in order, and allows what its story does', () => {
    for (let n = 0; n < 200; n += 1) {
      const { kills, story, allowed, attempts } = roundOf(1, n);
      expect(kills.length).toBeGreaterThanOrEqual(1);
      expect(kills.length).toBeLessThanOrEqual(4);
      expect(kills).toEqual([...kills].sort((a, b) => a - b));
      expect(allowed.includes('cancelled')).toBe(story === 'cancelled');
      expect(attempts).toBe(story === 'notice' || story === 'lost' ? 2 : 1);
    }
  });
});

it(`loses nothing when the worker is killed at random moments (seed ${SEED})`, async () => {
  const began = Date.now();
  const all = await runKills({ rounds: ROUNDS, seed: SEED, length: LENGTH });
  const summary = summaryOf(all, SEED, (Date.now() - began) / 1000);
  process.stderr.write(`${text(summary)}\n`);
  expect(all.results.filter(({ problems }) => problems.length > 0).map(line)).toEqual([]);
  expect(summary).toMatchObject({ rounds: ROUNDS, leftovers: 0, problems: 0 });
  expect(summary.kills).toBeGreaterThan(0);
}, 300_000);
