import { orderPlacements } from '../../../activities/resolve/placements';
import { fitPlacements } from '../../../activities/resolve/size';
import { specOf } from '../../support/spec';
import { prices } from './support/prices';

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
