/** EC2 and EBS bill by the second, and never less than a minute (https://aws.amazon.com/ec2/pricing/, "Per-Second Billing"). */
const MINIMUM_BILLED_SECONDS = 60;

/** Hours in AWS's month, by which EBS prices (per GiB-month) become hourly ones. */
const HOURS_PER_MONTH = 730;

/** What one instance with its root disk costs, from launch to the moment EC2 showed it gone. */
export interface Meter {
  /** Dollars per hour, instance and disk together. */
  hourlyUsd: number;
  /** The same hour on demand, disk included. */
  onDemandHourlyUsd: number;
  /** Epoch milliseconds. */
  from: number;
  /** Epoch milliseconds; absent while it runs. */
  to?: number;
}

export const diskHourlyUsd = (gib: number, usdPerGiBMonth: number): number => (gib * usdPerGiBMonth) / HOURS_PER_MONTH;

export const hourlyRate = (instanceUsd: number, diskUsd: number): number => instanceUsd + diskUsd;

/** The shortest bill for something of that hourly rate. */
export const minimumBill = (hourlyUsd: number): number => (hourlyUsd * MINIMUM_BILLED_SECONDS) / 3600;

/** Seconds that `meter` bills at `now` (epoch milliseconds). */
export function billedSeconds(meter: Meter, now: number): number {
  const seconds = ((meter.to ?? now) - meter.from) / 1000;
  return Math.max(seconds, MINIMUM_BILLED_SECONDS);
}

export const costOf = (meter: Meter, now: number): number => (billedSeconds(meter, now) * meter.hourlyUsd) / 3600;

/** Dollars of all meters at `now`; those that overlap count each. */
export const totalCost = (meters: readonly Meter[], now: number): number =>
  meters.reduce((sum, meter) => sum + costOf(meter, now), 0);

export const totalOnDemand = (meters: readonly Meter[], now: number): number =>
  meters.reduce((sum, meter) => sum + (billedSeconds(meter, now) * meter.onDemandHourlyUsd) / 3600, 0);

/**
 * Seconds from `now` until the meters together have cost `budgetUsd`, at the rates of those that run; 0 when they have
 * already, Infinity when none runs or they run for nothing. A meter in its first minute has that minute already paid, so the
 * sum grows piecewise: by all rates only after the last first minute is over.
 */
export function secondsUntil(meters: readonly Meter[], budgetUsd: number, now: number): number {
  let missing = budgetUsd - totalCost(meters, now);
  if (missing <= 0) return 0;
  const starts = meters
    .filter((m) => m.to === undefined && m.hourlyUsd > 0)
    .map((m) => ({
      after: Math.max(0, MINIMUM_BILLED_SECONDS - (now - m.from) / 1000),
      usdPerSecond: m.hourlyUsd / 3600,
    }))
    .sort((a, b) => a.after - b.after);
  let rate = 0;
  let at = 0;
  for (const { after, usdPerSecond } of starts) {
    const grown = rate * (after - at);
    if (grown >= missing) return at + missing / rate;
    missing -= grown;
    at = after;
    rate += usdPerSecond;
  }
  return rate > 0 ? at + missing / rate : Number.POSITIVE_INFINITY;
}

/** `$0.0034`, `$1.27`: four digits below a dollar, two above. */
export const dollars = (usd: number): string => `$${usd.toFixed(usd < 1 ? 4 : 2)}`;
