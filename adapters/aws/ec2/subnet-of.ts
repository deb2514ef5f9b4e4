import type { Subnet } from './types';

/** The subnet of a launch: the first, in the order in which the settings name them, that is in the zone. */
export function subnetOf(subnets: readonly Subnet[], ids: readonly string[], zone: string): Subnet | undefined {
  const byId = new Map(subnets.map((subnet) => [subnet.id, subnet]));
  return ids.map((id) => byId.get(id)).find((subnet) => subnet?.zone === zone);
}
