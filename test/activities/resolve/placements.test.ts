import fc from 'fast-check';
import { chooseImage, isGpuType } from '../../../activities/resolve/image';
import { orderPlacements, type Prices } from '../../../activities/resolve/placements';
import { fitPlacements } from '../../../activities/resolve/size';
import { pickZones } from '../../../activities/resolve/zones';
import { specOf } from '../../support/spec';

const SPOT: Record<string, number> = {
  'g5.xlarge a': 0.4,
  'g5.xlarge b': 0.3,
  'g4dn.xlarge a': 0.2,
  'g4dn.xlarge b': 0.2,
};
const prices: Prices = {
  spot: (type, zone) => SPOT[`${type} ${zone}`],
  onDemand: (type) => (type === 'g5.xlarge' ? { usd: 1, source: 'table' } : { usd: 0.5, source: 'settings' }),
};
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

test('GPU types are told by their family', () => {
  expect(['g5.xlarge', 'p4d.24xlarge', 'g4dn.xlarge'].every(isGpuType)).toBe(true);
  expect(['c7g.large', 't3.micro', 'm5.large'].some(isGpuType)).toBe(false);
  const images = { cpu: 'C', gpu: 'G' };
  expect(chooseImage('auto', ['g5.xlarge'], images)).toEqual({ imageId: 'G' });
  expect(chooseImage('auto', ['c5.large'], images)).toEqual({ imageId: 'C' });
  expect(chooseImage('ami-1', ['g5.xlarge', 'c5.large'], images)).toEqual({ imageId: 'ami-1' });
  expect(chooseImage('auto', ['g5.xlarge', 'c5.large'], images)).toEqual({
    fault: expect.stringContaining('resources.ami'),
  });
});

test('zones: those that offer the type and that spec and subnets allow; every fault named', () => {
  const offered = new Map([
    ['g5.xlarge', ['a', 'b']],
    ['c5.large', ['c']],
  ]);
  const pick = (types: string[], wanted: string[] = [], subnets?: string[]) =>
    pickZones('r', { instanceTypes: types, zones: wanted }, offered, subnets && new Set(subnets));
  expect(pick(['g5.xlarge', 'c5.large'], ['a', 'c'])).toEqual({
    zones: { 'g5.xlarge': ['a'], 'c5.large': ['c'] },
    faults: [],
  });
  expect(pick(['g5.xlarge', 'c5.large'], ['a']).zones).toEqual({ 'g5.xlarge': ['a'] });
  expect(pick(['g5.xlarge'], [], ['b']).zones).toEqual({ 'g5.xlarge': ['b'] });
  expect(pick(['nope.large', 'g5.xlarge'], [], ['c']).faults).toEqual([
    { path: 'resources.instanceTypes[0]', message: 'no zone of r offers nope.large' },
    { path: 'resources.instanceTypes[1]', message: expect.stringContaining('no subnet there') },
  ]);
  expect(pick(['g5.xlarge'], ['c']).faults).toEqual([
    { path: 'resources.zones', message: 'c: g5.xlarge can be launched in a, b' },
  ]);
});

test('the answer fits in 16 KiB, and keeps both markets', () => {
  const types = Array.from({ length: 20 }, (_, i) => `type${i}.48xlarge`);
  const { placements } = orderPlacements({
    region: 'us-east-1',
    resources: { instanceTypes: types, market: 'spot-then-on-demand' },
    zones: Object.fromEntries(types.map((type) => [type, ['a', 'b', 'c', 'd', 'e', 'f']])),
    prices,
  });
  const spec = specOf({ env: { LONG: 'x'.repeat(8000) } });
  const kept = fitPlacements(spec, placements);
  expect(JSON.stringify({ spec, placements: kept }).length).toBeLessThan(16 * 1024);
  expect(new Set(kept.map(({ market }) => market))).toEqual(new Set(['spot', 'on-demand']));
  expect(kept[0]).toEqual(placements[0]);
  expect(fitPlacements(specOf(), placements.slice(0, 3))).toEqual(placements.slice(0, 3));
});
