import { SCENARIOS } from '../../e2e/scenarios';
import { estimateOf, shareUsd } from '../../e2e/scenarios/frame';
import { scenario } from '../../e2e/scenarios/scenario';
import { allowedUsd, isOnAws } from '../../e2e/support/on-aws';

const settings = { cloud: 'aws' as const, region: 'eu-central-1', prices: {} };
const env = { TRAINCTL_E2E: '1', TRAINCTL_E2E_REGION: 'eu-central-1', TRAINCTL_E2E_MAX_USD: '1' };

test('nothing but TRAINCTL_E2E=1 brings scenarios to AWS', () => {
  expect(isOnAws(env)).toBe(true);
  for (const value of [undefined, '', '0', 'true', 'yes']) expect(isOnAws({ TRAINCTL_E2E: value })).toBe(false);
});

test('region and money are said, and fit', () => {
  expect(allowedUsd(env, settings, SCENARIOS)).toBe(1);
  const refused =
    (more: object, of = settings as Parameters<typeof allowedUsd>[1]) =>
    () =>
      allowedUsd({ ...env, ...more }, of, SCENARIOS);
  expect(refused({}, { ...settings, cloud: 'local' })).toThrow('the cloud of this installation is local');
  expect(refused({ TRAINCTL_E2E_REGION: 'us-east-1' })).toThrow(
    'set it to the region of this installation, eu-central-1',
  );
  expect(refused({ TRAINCTL_E2E_REGION: undefined })).toThrow('is not set');
  for (const max of [undefined, '', '0', '-1', 'much', '1e9', 'Infinity'])
    expect(refused({ TRAINCTL_E2E_MAX_USD: max })).toThrow('TRAINCTL_E2E_MAX_USD');
  expect(refused({ TRAINCTL_E2E_MAX_USD: '0.0001' })).toThrow('the suite is estimated at $');
});

test('each scenario has its share of the money for its runs, and no more than all of it is given away', () => {
  const shares = SCENARIOS.map((one) => shareUsd(one, SCENARIOS, settings, 1));
  expect(shares.every((share) => share > 0)).toBe(true);
  const beside = SCENARIOS.reduce((sum, { extraUsd = 0 }) => sum + extraUsd, 0);
  expect(beside).toBeGreaterThan(0);
  expect(shares.reduce((sum, share) => sum + share, beside)).toBeCloseTo(1, 9);
});

test('what costs money beside runs is in the estimate', () => {
  const base = { name: 'one', shows: '', creates: [], minutes: 1, instanceHours: 0, steps: () => [] };
  expect(estimateOf([scenario({ ...base, extraUsd: 0.25 }), scenario(base)], settings).totalUsd).toBe(0.25);
});

test('a type whose price nobody knows is no bargain', () => {
  const base = { name: 'one', shows: '', creates: [], minutes: 1, instanceHours: 1, steps: () => [] };
  const rare = scenario({ ...base, instanceType: 'x9.rare' });
  expect(estimateOf([rare], settings)).toEqual({ totalUsd: 0, unknown: ['one'] });
  expect(() => allowedUsd(env, settings, [rare])).toThrow('nobody knows what these cost: one');
  expect(estimateOf([rare], { prices: { 'x9.rare': 2 } }).totalUsd).toBeCloseTo(2.001, 3);
});
