import type { StillCosts } from '../../../contract';
import { usd } from '../terminal/format';

/** What of a run that Temporal has ended costs money, and until when. */
export function stillCostsWords({ ids, hourlyUsd, endsBy, leaseEndsBy, unknown }: StillCosts, now: Date): string {
  const what = unknown === undefined ? ids.join(', ') : `not known: ${unknown}`;
  const price = hourlyUsd === undefined ? '' : ` (${usd(hourlyUsd)}/h)`;
  const late = now.getTime() > Date.parse(endsBy);
  const host = leaseEndsBy === undefined ? '' : `its host ends itself at ${leaseEndsBy} at the latest; `;
  const until = late
    ? `no worker has ended it: ${host}at once by: trainctl reconcile`
    : `a worker ends it by ${endsBy}; else ${host}at once by: trainctl reconcile`;
  return `${what}${price}: ${until}`;
}
