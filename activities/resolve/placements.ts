import type { Market, Placement, ResourceSpec } from '../../contract';

/** What is known of prices: dollars per hour; undefined where nobody knows. */
export interface Prices {
  /** The latest spot price of a type in a zone. */
  spot(instanceType: string, zone: string): number | undefined;
  onDemand(instanceType: string): { usd: number; source: string } | undefined;
}

export interface Wanted {
  region: string;
  resources: Pick<ResourceSpec, 'instanceTypes' | 'market'>;
  /** Zones that may be used, by instance type. */
  zones: Record<string, string[]>;
  prices: Prices;
}

export interface Ordered {
  placements: Placement[];
  /** What has no price: such as `g5.xlarge on-demand` or `g5.xlarge us-east-1a spot`. */
  unpriced: string[];
}

/** The markets of a spec, in the order in which they are tried. */
export function marketsOf(market: ResourceSpec['market']): Market[] {
  return market === 'spot-then-on-demand' ? ['spot', 'on-demand'] : [market];
}

/**
 * Every placement that a spec allows, in the order in which they are tried: market first (all of spot, then on demand), then
 * the instance types as the spec prefers them, then zones from cheap to dear. Zones of one price stay in the order of their
 * names, so that the order does not depend on what EC2 happened to answer first.
 *
 * A placement whose price nobody knows costs 0 here, comes after the priced ones of its type and is named in `unpriced`: the
 * caller decides whether the run may use it.
 */
export function orderPlacements({ region, resources, zones, prices }: Wanted): Ordered {
  const placements: Placement[] = [];
  const unpriced = new Set<string>();
  for (const market of marketsOf(resources.market)) {
    for (const instanceType of new Set(resources.instanceTypes)) {
      const onDemand = prices.onDemand(instanceType);
      const priced = (zones[instanceType] ?? []).map((zone) => ({
        zone,
        usd: market === 'spot' ? prices.spot(instanceType, zone) : onDemand?.usd,
      }));
      priced.sort((a, b) => compare(a.usd ?? Infinity, b.usd ?? Infinity) || compare(a.zone, b.zone));
      for (const { zone, usd } of priced) {
        if (usd === undefined)
          unpriced.add(market === 'spot' ? `${instanceType} ${zone} spot` : `${instanceType} on-demand`);
        placements.push({
          region,
          zone,
          instanceType,
          market,
          hourlyUsd: usd ?? 0,
          onDemandHourlyUsd: onDemand?.usd ?? usd ?? 0,
          priceSource: sourceOf(market, usd, onDemand?.source),
        });
      }
    }
  }
  return { placements, unpriced: [...unpriced] };
}

function sourceOf(market: Market, usd: number | undefined, onDemandSource: string | undefined): string {
  if (usd === undefined) return 'unknown';
  return market === 'spot' ? 'spot price history' : (onDemandSource ?? 'unknown');
}

function compare<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
