import { type Ec2, onDemandPrice } from '../../../adapters/aws';
import type { Market, RunSpec, Settings } from '../../../contract';
import { duration, usd } from '../terminal/format';

/** One line of the plan: what is tried, in which order, at which price. */
export interface PlannedPlacement {
  instanceType: string;
  market: Market;
  /** Cheapest first. Empty: EC2 could not be asked. */
  zones: string[];
  /** Dollars per hour, in the cheapest zone; null: nobody knows the type's price. */
  hourlyUsd: number | null;
  priceSource: string;
}

export interface Plan {
  placements: PlannedPlacement[];
  /** The most that the run can cost: its own limit, or the dearest placement for its whole duration; null: unknown. */
  ceilingUsd: number | null;
  maxDurationSeconds: number;
  /** Why prices or zones are missing. */
  warning?: string;
}

/** What a run will try and what it may cost, before it starts. The worker asks again when it resolves the spec. */
export async function planOf(spec: RunSpec, settings: Settings, ec2: Ec2 | undefined): Promise<Plan> {
  const types = spec.resources.instanceTypes;
  const { market } = spec.resources;
  const markets: Market[] = market === 'spot-then-on-demand' ? ['spot', 'on-demand'] : [market];
  let warning: string | undefined;
  let offered = new Map<string, string[]>();
  let spot: { instanceType: string; zone: string; hourlyUsd: number }[] = [];
  if (ec2) {
    try {
      [offered, spot] = await Promise.all([
        ec2.offeredZones(types),
        markets.includes('spot') ? ec2.spotPrices(types) : Promise.resolve([]),
      ]);
    } catch (error) {
      warning = `EC2 could not be asked for prices: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  const placements = markets.flatMap((m) =>
    types.map((type) => {
      const zones = (offered.get(type) ?? []).filter(
        (zone) => spec.resources.zones.length === 0 || spec.resources.zones.includes(zone),
      );
      return m === 'spot' ? spotPlacement(type, zones, spot) : onDemandPlacement(type, zones, settings);
    }),
  );
  const plan: Plan = {
    placements,
    ceilingUsd: ceiling(spec, placements),
    maxDurationSeconds: spec.limits.maxDurationSeconds,
  };
  return warning === undefined ? plan : { ...plan, warning };
}

function spotPlacement(
  instanceType: string,
  zones: string[],
  prices: { instanceType: string; zone: string; hourlyUsd: number }[],
): PlannedPlacement {
  const here = prices
    .filter((price) => price.instanceType === instanceType && (zones.length === 0 || zones.includes(price.zone)))
    .sort((a, b) => a.hourlyUsd - b.hourlyUsd);
  const ordered = here.map((price) => price.zone);
  return {
    instanceType,
    market: 'spot',
    zones: ordered.length > 0 ? ordered : zones,
    hourlyUsd: here[0]?.hourlyUsd ?? null,
    priceSource: 'spot price history',
  };
}

function onDemandPlacement(instanceType: string, zones: string[], settings: Settings): PlannedPlacement {
  const price = onDemandPrice(settings, instanceType);
  return {
    instanceType,
    market: 'on-demand',
    zones,
    hourlyUsd: price?.hourlyUsd ?? null,
    priceSource: price?.source ?? 'unknown',
  };
}

function ceiling(spec: RunSpec, placements: PlannedPlacement[]): number | null {
  const { maxCostUsd, maxDurationSeconds } = spec.limits;
  const dearest = Math.max(0, ...placements.map((p) => p.hourlyUsd ?? Number.POSITIVE_INFINITY));
  const byTime = (dearest * maxDurationSeconds) / 3600;
  const least = Math.min(byTime, maxCostUsd ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(least) ? least : null;
}

/** `spot g5.xlarge, then g4dn.xlarge · at most $0.50, 10 min`. */
export function planLine(plan: Plan): string {
  const words: string[] = [];
  let market: Market | undefined;
  for (const placement of plan.placements) {
    words.push(placement.market === market ? placement.instanceType : `${placement.market} ${placement.instanceType}`);
    market = placement.market;
  }
  const money = plan.ceilingUsd === null ? 'at most: price unknown' : `at most ${usd(plan.ceilingUsd)}`;
  return `${words.join(', then ')} · ${money}, ${duration(plan.maxDurationSeconds)}`;
}

/** One line a placement, for people who decide about money. */
export function placementLines(plan: Plan): string[] {
  return plan.placements.map((p) => {
    const price = p.hourlyUsd === null ? 'price unknown' : `${usd(p.hourlyUsd)}/h`;
    const zones = p.zones.length === 0 ? 'any zone' : p.zones.join(' ');
    return `${p.market} ${p.instanceType}  ${price} (${p.priceSource})  ${zones}`;
  });
}
