import { DISK_USD_PER_GIB_MONTH, onDemandPrice } from '../../../adapters/aws';
import type { Settings } from '../../../contract';
import type { Scenario } from '../scenario';

/** The cheapest type that serves. */
export const CHEAPEST = 't3.micro';

/** Of the disk of each instance, GiB, unless a scenario says otherwise in its specs. */
const DISK_GIB = 10;
const HOURS_A_MONTH = 730;

/** How much longer things may take where one machine plays cloud, hosts and worker. */
export const patienceOf = ({ cloud }: Pick<Settings, 'cloud'>): number => (cloud === 'local' ? 4 : 2);

/** Minutes after which a scenario is ended. A slow day of EC2 is no fault of the installation. */
export const limitMinutes = ({ minutes }: Pick<Scenario, 'minutes'>, settings: Pick<Settings, 'cloud'>): number =>
  minutes * patienceOf(settings) + 2;

/**
 * What a scenario costs, in dollars: its instances as if all were on demand, their disks, and what it names beside. Not in it: public
 * IPv4 addresses, calls of S3, traffic. On the local cloud too, where nothing is billed. Undefined: nobody knows the price of its type.
 */
export function estimateUsd(scenario: Priced, settings: Pick<Settings, 'prices'>): number | undefined {
  const runs = runsUsd(scenario, settings);
  return runs === undefined ? undefined : runs + (scenario.extraUsd ?? 0);
}

type Priced = Pick<Scenario, 'instanceHours' | 'instanceType' | 'extraUsd'>;

/** As {@link estimateUsd}, of its runs alone. */
export function runsUsd(
  { instanceHours, instanceType = CHEAPEST }: Priced,
  settings: Pick<Settings, 'prices'>,
): number | undefined {
  const price = onDemandPrice(settings, instanceType);
  if (!price) return instanceHours === 0 ? 0 : undefined;
  return instanceHours * (price.hourlyUsd + (DISK_GIB * DISK_USD_PER_GIB_MONTH) / HOURS_A_MONTH);
}
