import { planOf } from './plan';
import { distribution, summaryOf, text } from './report';
import { runSoak } from './run-soak';

describe('a plan', () => {
  it('follows from seed, number and rate alone', () => {
    expect(planOf(7, 3, 0.5)).toEqual(planOf(7, 3, 0.5));
    expect(planOf(7, 4, 0.5)).not.toEqual({ ...planOf(7, 3, 0.5), id: planOf(7, 4, 0.5).id });
    expect(planOf(8, 3, 0.5)).not.toEqual({ ...planOf(7, 3, 0.5), id: planOf(8, 3, 0.5).id });
  });

  it('holds nothing at the rate 0, and allows success alone', () => {
    for (let n = 0; n < 50; n += 1)
      expect(planOf(1, n, 0)).toMatchObject({ faults: [], refusals: 0, interventions: [], allowed: ['succeeded'] });
  });

  it('allows an outcome only for what causes it', () => {
    for (let n = 0; n < 200; n += 1) {
      const { allowed, interventions, scripts } = planOf(5, n, 0.4);
      const asked = interventions.some(({ what }) => what !== 'take a checkpoint');
      expect(allowed.includes('cancelled')).toBe(asked);
      const failing = Object.values(scripts).some((s) => s.fails || s.exitCode);
      if (!failing) expect(allowed).not.toContain('failed');
    }
  });
});

it('tells how values are spread', () => {
  expect(distribution([0, 3, 1, 0, 2])).toEqual({ none: 2, p50: 1, p95: 3, max: 3, sum: 6 });
  expect(distribution([])).toEqual({ none: 0, p50: 0, p95: 0, max: 0, sum: 0 });
});

it('ends thirty runs as promised, whatever happens to them', async () => {
  const began = Date.now();
  const records = await runSoak({ runs: 30, faults: 0.2, seed: 30, together: 30, restartEvery: 4 });
  const summary = summaryOf(records, { faults: 0.2, seed: 30, seconds: (Date.now() - began) / 1000 });
  process.stderr.write(`${text(summary)}\n`);
  expect(records.flatMap(({ id, problems }) => problems.map((problem) => `${id}: ${problem}`))).toEqual([]);
  expect(summary).toMatchObject({ runs: 30, leftovers: 0, doubleStarts: 0, problems: 0 });
  expect(summary.interruptions).toBeGreaterThan(0);
}, 180_000);
