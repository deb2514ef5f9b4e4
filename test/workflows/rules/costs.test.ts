import fc from 'fast-check';
import {
  billedSeconds,
  costOf,
  diskHourlyUsd,
  dollars,
  type Meter,
  secondsUntil,
  totalCost,
} from '../../../workflows/rules/costs';

const NOW = 1_800_000_000_000;
const meterOf = (hourlyUsd: number, ageSeconds: number, ran?: number): Meter => ({
  hourlyUsd,
  onDemandHourlyUsd: hourlyUsd * 3,
  from: NOW - ageSeconds * 1000,
  ...(ran === undefined ? {} : { to: NOW - ageSeconds * 1000 + ran * 1000 }),
});

const running = fc.record({
  rate: fc.double({ min: 0.001, max: 50, noNaN: true }),
  age: fc.integer({ min: 0, max: 500 }),
});
const meters = fc.array(running, { minLength: 1, maxLength: 5 }).map((all) => all.map((m) => meterOf(m.rate, m.age)));

describe('one meter', () => {
  it('bills by the second, and never less than a minute', () => {
    expect(billedSeconds(meterOf(1, 10), NOW)).toBe(60);
    expect(billedSeconds(meterOf(1, 61), NOW)).toBe(61);
    expect(billedSeconds(meterOf(1, 500, 90), NOW)).toBe(90);
    expect(costOf(meterOf(3.6, 100), NOW)).toBeCloseTo(0.1, 10);
  });

  it('prices a disk by its month', () => {
    expect(diskHourlyUsd(73, 0.1)).toBeCloseTo(0.01, 10);
  });
});

describe('secondsUntil', () => {
  it('is never, when nothing runs; at once, when it is spent', () => {
    expect(secondsUntil([meterOf(1, 500, 90)], 1, NOW)).toBe(Number.POSITIVE_INFINITY);
    expect(secondsUntil([meterOf(3600, 10)], 1, NOW)).toBe(0);
  });

  it('knows that the first minute is paid already', () => {
    // $3.60/h: 6 cents for the first minute, a tenth of a cent for each second after it.
    expect(secondsUntil([meterOf(3.6, 10)], 0.07, NOW)).toBeCloseTo(50 + 10, 6);
  });

  it('is exactly when the sum reaches the budget, also when attempts overlap', () => {
    fc.assert(
      fc.property(meters, fc.double({ min: 0.0001, max: 100, noNaN: true }), (all, more) => {
        const budget = totalCost(all, NOW) + more;
        const seconds = secondsUntil(all, budget, NOW);
        expect(totalCost(all, NOW + seconds * 1000)).toBeCloseTo(budget, 6);
        expect(totalCost(all, NOW + Math.max(0, seconds - 1) * 1000)).toBeLessThanOrEqual(budget + 1e-9);
      }),
    );
  });
});

it('costs never fall as time goes on', () => {
  fc.assert(
    fc.property(meters, fc.nat(1000), (all, later) =>
      expect(totalCost(all, NOW + later * 1000)).toBeGreaterThanOrEqual(totalCost(all, NOW)),
    ),
  );
});

it('dollars reads well', () => {
  expect([0, 0.00341, 0.99999, 1.266].map(dollars)).toEqual(['$0.0000', '$0.0034', '$1.0000', '$1.27']);
});
