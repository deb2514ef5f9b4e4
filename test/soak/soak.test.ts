import { planOf } from './plan';
import { distribution } from './report';

describe('a plan', () => {
  it('follows from seed, number and rate alone', () => {
    expect(planOf(7, 3, 0.5)).toEqual(planOf(7, 3, 0.5));
    expect(planOf(7, 4, 0.5)).not.toEqual({ ...planOf(7, 3, 0.5), id: planOf(7, 4, 0.5).id });
    expect(planOf(8, 3, 0.5)).not.toEqual({ ...planOf(7, 3, 0.5), id: planOf(8, 3, 0.5).id });
  });

  it('holds nothing at the rate 0, and allows success alone', () => {
    for (let n = 0; n < 50; n += 1) {
      const plan = planOf(1, n, 0);
      expect(plan).toMatchObject({ faults: [], refusals: 0, interventions: [], allowed: ['succeeded'] });
      expect(plan).not.toHaveProperty('pestered');
    }
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
