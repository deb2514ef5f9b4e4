import type { Placement } from '../../contract';
import { hourlyRate, minimumBill } from './costs';

/** Tells placements apart; also what an interruption is remembered by. */
export const placementKey = (p: Placement): string => `${p.region}/${p.zone}/${p.instanceType}/${p.market}`;

/**
 * The order in which to try: the spec's preference, but those that EC2 has taken back go to the end of their market, the one
 * taken last at the very end. Markets keep their order, so `spot-then-on-demand` pays the on-demand price only when no spot
 * placement has capacity.
 *
 * @param preferred as resolved from the spec, in order of preference
 * @param taken placements that were interrupted, in the order in which that happened; repeats count by the last
 */
export function placementOrder(preferred: readonly Placement[], taken: readonly Placement[]): Placement[] {
  const markets = [...new Set(preferred.map((p) => p.market))];
  const takenKeys = taken.map(placementKey);
  const rank = (p: Placement): number => takenKeys.lastIndexOf(placementKey(p));
  return preferred
    .map((placement, preference) => ({ placement, preference, market: markets.indexOf(placement.market) }))
    .sort((a, b) => a.market - b.market || rank(a.placement) - rank(b.placement) || a.preference - b.preference)
    .map(({ placement }) => placement);
}

/** The placements of which `remainingUsd` pays at least the shortest bill that EC2 writes. */
export function affordable(
  placements: readonly Placement[],
  remainingUsd: number,
  diskUsdPerHour: number,
): Placement[] {
  return placements.filter((p) => minimumBill(hourlyRate(p.hourlyUsd, diskUsdPerHour)) <= remainingUsd);
}
