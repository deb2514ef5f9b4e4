import type { Ec2 } from '../../adapters/aws';
import type { ResourceSpec, Settings, SpecFault } from '../../contract';

export interface ZoneChoice {
  /** By instance type, only types that may be launched somewhere. */
  zones: Record<string, string[]>;
  faults: SpecFault[];
}

/** The zones in which each instance type may be launched: those that offer it, and that spec and settings allow. */
export async function chooseZones(
  ec2: Ec2,
  resources: Pick<ResourceSpec, 'instanceTypes' | 'zones'>,
  settings: Pick<Settings, 'subnets'>,
  signal: AbortSignal,
): Promise<ZoneChoice> {
  const [offered, subnets] = await Promise.all([
    ec2.offeredZones(resources.instanceTypes, { signal }),
    settings.subnets.length > 0 ? ec2.describeSubnets(settings.subnets, { signal }) : undefined,
  ]);
  const ofSubnets = subnets && new Set(subnets.map(({ zone }) => zone));
  return pickZones(ec2.region, resources, offered, ofSubnets);
}

/** The decision, without the questions. `ofSubnets`: zones that the settings' subnets are in; undefined: all. */
export function pickZones(
  region: string,
  resources: Pick<ResourceSpec, 'instanceTypes' | 'zones'>,
  offered: ReadonlyMap<string, readonly string[]>,
  ofSubnets?: ReadonlySet<string>,
): ZoneChoice {
  const faults: SpecFault[] = [];
  const zones: Record<string, string[]> = {};
  const { instanceTypes, zones: wanted } = resources;
  instanceTypes.forEach((type, index) => {
    const path = `resources.instanceTypes[${index}]`;
    const all = offered.get(type) ?? [];
    if (all.length === 0) {
      faults.push({ path, message: `no zone of ${region} offers ${type}` });
      return;
    }
    const allowed = all.filter((zone) => !ofSubnets || ofSubnets.has(zone));
    if (allowed.length === 0) {
      faults.push({ path, message: `${type} is offered in ${all.join(', ')}, but the settings have no subnet there` });
      return;
    }
    const usable = allowed.filter((zone) => wanted.length === 0 || wanted.includes(zone));
    if (usable.length > 0) zones[type] = usable;
  });
  if (faults.length === 0 && Object.keys(zones).length === 0) {
    const usable = new Set(instanceTypes.flatMap((type) => offered.get(type) ?? []));
    const all = [...usable].filter((zone) => !ofSubnets || ofSubnets.has(zone)).sort();
    faults.push({
      path: 'resources.zones',
      message: `${wanted.join(', ')}: ${instanceTypes.join(', ')} can be launched in ${all.join(', ')}`,
    });
  }
  return { zones, faults };
}
