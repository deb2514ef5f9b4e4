import { type Ec2, onDemandPrice } from '../../adapters/aws';
import type { ResourceSpec, Settings } from '../../contract';
import { marketsOf, type Prices } from './placements';

/** What the run's types cost: spot by EC2's history, on demand by the settings or the table. */
export async function findPrices(
  ec2: Ec2,
  settings: Settings,
  { instanceTypes, market }: ResourceSpec,
  signal: AbortSignal,
): Promise<Prices> {
  const history = marketsOf(market).includes('spot') ? await ec2.spotPrices(instanceTypes, { signal }) : [];
  const spot = new Map(history.map((price) => [`${price.instanceType} ${price.zone}`, price.hourlyUsd]));
  return {
    spot: (type, zone) => spot.get(`${type} ${zone}`),
    onDemand: (type) => {
      const price = onDemandPrice(settings, type);
      return price && { usd: price.hourlyUsd, source: price.source };
    },
  };
}
