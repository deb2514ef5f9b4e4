import fc from 'fast-check';
import type { Placement } from '../../../contract';
import { affordable, placementKey, placementOrder } from '../../../workflows/rules/placements';
import { placementOf } from '../../support/fake-world';

const placement = fc.record({
  zone: fc.constantFrom('a', 'b', 'c'),
  instanceType: fc.constantFrom('x', 'y'),
  market: fc.constantFrom('spot' as const, 'on-demand' as const),
});
const distinct = fc
  .uniqueArray(placement, { selector: (p) => JSON.stringify(p), minLength: 1, maxLength: 12 })
  .map((all) => all.map((p) => placementOf(p)));
const withTaken = distinct.chain((all) =>
  fc.tuple(fc.constant(all), fc.array(fc.constantFrom(...all), { maxLength: 8 })),
);

const sorted = (all: Placement[]): string[] => all.map(placementKey).sort();

describe('placementOrder', () => {
  it('is the preference while nothing was taken, markets together', () => {
    const all = [
      placementOf({ zone: 'a' }),
      placementOf({ zone: 'b' }),
      placementOf({ zone: 'a', market: 'on-demand' }),
    ];
    expect(placementOrder(all, [])).toEqual(all);
  });

  it('puts the interrupted one to the back of its market, so that on-demand stays last', () => {
    const [a, b, od] = [placementOf({ zone: 'a' }), placementOf({ zone: 'b' }), placementOf({ market: 'on-demand' })];
    expect(placementOrder([a, b, od], [a])).toEqual([b, a, od]);
    expect(placementOrder([a, b, od], [a, b])).toEqual([a, b, od]);
    expect(placementOrder([a, b, od], [a, b, a])).toEqual([b, a, od]);
  });

  it('loses and invents nothing', () => {
    fc.assert(
      fc.property(withTaken, ([all, taken]) => expect(sorted(placementOrder(all, taken))).toEqual(sorted(all))),
    );
  });

  it('keeps the markets in their order, and the one taken last at the end of its own', () => {
    fc.assert(
      fc.property(withTaken, ([all, taken]) => {
        const order = placementOrder(all, taken);
        const markets = [...new Set(all.map((p) => p.market))];
        expect([...new Set(order.map((p) => p.market))]).toEqual(markets);
        const last = taken.at(-1);
        if (last) expect(order.filter((p) => p.market === last.market).at(-1)).toEqual(last);
      }),
    );
  });
});

it('affordable leaves what one minute of would cost more than there is', () => {
  const [cheap, dear] = [placementOf({ hourlyUsd: 0.6 }), placementOf({ hourlyUsd: 6, zone: 'b' })];
  expect(affordable([cheap, dear], 0.05, 0)).toEqual([cheap]);
  expect(affordable([cheap], 0.0101, 0.01)).toEqual([]);
  expect(affordable([cheap, dear], Number.POSITIVE_INFINITY, 0)).toEqual([cheap, dear]);
});
