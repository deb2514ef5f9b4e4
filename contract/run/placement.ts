export type Market = 'spot' | 'on-demand';

/** Where a node may be launched, and what an hour there costs. */
export interface Placement {
  region: string;
  zone: string;
  instanceType: string;
  market: Market;
  /** Dollars per hour of the instance alone, by `priceSource`. */
  hourlyUsd: number;
  /** What the same hour costs on demand; equal to `hourlyUsd` on demand. */
  onDemandHourlyUsd: number;
  /** Where the price was read: `spot price history`, `settings`, `price table 2026-11`. */
  priceSource: string;
}

/** Such as `g5.xlarge us-east-1a spot`. */
export function placementLabel(p: Placement): string {
  return `${p.instanceType} ${p.zone} ${p.market}`;
}

/** Why EC2 refused a launch; decides what the workflow does next. */
export type RefusalKind =
  /** No capacity, unsupported in the zone, price cap too low: the next placement at once. */
  | 'capacity'
  /** A quota of the account: the next placement at once. */
  | 'quota'
  /** The token belongs to an instance that is gone: the same placement with the next try. */
  | 'token-spent'
  /** Nothing that another placement would mend (no permission, unknown image): the run ends. */
  | 'fatal';

/** One launch call and what came of it. */
export interface LaunchTry {
  try: number;
  placement: Placement;
  /** EC2's error code; absent when the launch was accepted. */
  code?: string;
  /** EC2's words, shortened to 300 characters. */
  message?: string;
  kind?: RefusalKind;
  /** ISO 8601. */
  at: string;
}
