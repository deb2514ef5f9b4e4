import type { Ec2 } from '../../adapters/aws';
import { TAGS } from '../../contract';

/** What EC2 shows alive of a run, by id. */
export interface Leftovers {
  instances: string[];
  volumes: string[];
  spotRequests: string[];
}

/** What a lookup needs of EC2; the adapter has it. */
export type LeftoverSource = Pick<Ec2, 'describeInstances' | 'describeVolumes' | 'describeSpotRequests'>;

/** A spot request in any other state can launch nothing more. */
const LIVE_SPOT_REQUESTS = new Set(['open', 'active']);

/** Asks EC2, by the tag that everything of a run carries from its launch call on. */
export async function findLeftovers(ec2: LeftoverSource, runKey: string): Promise<Leftovers> {
  const tags = { [TAGS.runKey]: runKey };
  const [instances, volumes, spotRequests] = await Promise.all([
    ec2.describeInstances({ tags }),
    ec2.describeVolumes(tags),
    ec2.describeSpotRequests(tags),
  ]);
  return {
    instances: instances.filter((i) => i.state !== 'terminated' && i.state !== 'gone').map((i) => i.id),
    volumes: volumes.filter((v) => v.state !== 'deleting' && v.state !== 'deleted').map((v) => v.id),
    spotRequests: spotRequests.filter((s) => LIVE_SPOT_REQUESTS.has(s.state)).map((s) => s.id),
  };
}

export function countLeftovers(left: Leftovers): number {
  return left.instances.length + left.volumes.length + left.spotRequests.length;
}
