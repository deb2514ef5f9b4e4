import { onDemandPrice } from '../../../adapters/aws';

test('the settings win over the table, and both say so', () => {
  expect(onDemandPrice({ prices: { 'g5.xlarge': 1.2 } }, 'g5.xlarge')).toEqual({ hourlyUsd: 1.2, source: 'settings' });
  expect(onDemandPrice({ prices: {} }, 'c5.xlarge')).toEqual({ hourlyUsd: 0.17, source: 'price table 2026-11' });
});

test('an unknown type has no price', () => {
  expect(onDemandPrice({ prices: {} }, 'zz9.huge')).toBeUndefined();
  expect(onDemandPrice({ prices: {} }, 'constructor')).toBeUndefined();
});
