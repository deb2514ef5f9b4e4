import fc from 'fast-check';
import { orderPlacements } from '../../../activities/resolve/placements';
import { prices } from './support/prices';

const zones = { 'g5.xlarge': ['a', 'b'], 'g4dn.xlarge': ['b', 'a'] };
const instanceTypes = ['g5.xlarge', 'g4dn.xlarge'];
const labels = (market: 'spot' | 'on-demand' | 'spot-then-on-demand'): string[] =>
  orderPlacements({ region: 'r', resources: { instanceTypes, market }, zones, prices }).placements.map(
    (p) => `${p.market} ${p.instanceType} ${p.zone} ${p.hourlyUsd}`,
  );

test('types as preferred, zones from cheap to dear, all of spot before on demand', () => {
  expect(labels('spot')).toEqual([
    'spot g5.xlarge b 0.3',
    'spot g5.xlarge a 0.4',
    'spot g4dn.xlarge a 0.2',
    'spot g4dn.xlarge b 0.2',
  ]);
  expect(labels('spot-then-on-demand')).toEqual([
    ...labels('spot'),
    'on-demand g5.xlarge a 1',
    'on-demand g5.xlarge b 1',
    'on-demand g4dn.xlarge a 0.5',
    'on-demand g4dn.xlarge b 0.5',
  ]);
});

test('prices say where they are from; a missing one is named and comes last', () => {
  const { placements, unpriced } = orderPlacements({
    region: 'r',
    resources: { instanceTypes: ['g5.xlarge'], market: 'spot' },
    zones: { 'g5.xlarge': ['z', 'a'] },
    prices,
  });
  expect(unpriced).toEqual(['g5.xlarge z spot']);
  expect(
    placements.map(({ zone, hourlyUsd, onDemandHourlyUsd, priceSource }) => [
      zone,
      hourlyUsd,
      onDemandHourlyUsd,
      priceSource,
    ]),
  ).toEqual([
    ['a', 0.4, 1, 'spot price history'],
    ['z', 0, 1, 'unknown'],
  ]);
});

test('the order does not depend on the order of the answer of EC2', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(['a', 'b', 'c'], { minLength: 3 }), (shuffled) => {
      const of = (list: string[]) =>
        orderPlacements({
          region: 'r',
          resources: { instanceTypes: ['g5.xlarge'], market: 'spot' },
          zones: { 'g5.xlarge': list },
          prices,
        });
      expect(of(shuffled)).toEqual(of(['a', 'b', 'c']));
    }),
  );
});
