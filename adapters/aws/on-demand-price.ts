import type { Settings } from '../../contract';
import { ON_DEMAND_USD, PRICE_TABLE_DATE } from './price-table';

/** On-demand dollars per hour, and where the number is from. The settings win; undefined for a type that nobody knows. */
export function onDemandPrice(
  settings: Pick<Settings, 'prices'>,
  instanceType: string,
): { hourlyUsd: number; source: string } | undefined {
  const own = Object.hasOwn(settings.prices, instanceType) ? settings.prices[instanceType] : undefined;
  if (own !== undefined) return { hourlyUsd: own, source: 'settings' };
  const listed = Object.hasOwn(ON_DEMAND_USD, instanceType) ? ON_DEMAND_USD[instanceType] : undefined;
  return listed === undefined ? undefined : { hourlyUsd: listed, source: `price table ${PRICE_TABLE_DATE}` };
}
