import {
  CancelSpotInstanceRequestsCommand,
  DeleteVolumeCommand,
  type EC2Client,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { TAGS } from '../../../contract';
import type { Ec2 } from '../ec2/types';
import type { TriedRight } from './types';
import { tried, untried } from './verdict';

const DryRun = true;

/** The rights to end things, by dry runs on what is there with the installation's tag: a policy may look at it, so nothing else can tell. */
export async function ends(
  installation: string,
  client: Pick<EC2Client, 'send'>,
  ec2: Pick<Ec2, 'describeInstances' | 'describeSpotRequests' | 'describeVolumes'>,
): Promise<TriedRight[]> {
  const tags = { [TAGS.installation]: installation };
  const on = async (
    right: string,
    what: string,
    find: () => Promise<{ id: string }[]>,
    dryRun: (id: string) => Promise<unknown>,
  ): Promise<TriedRight> => {
    let id: string | undefined;
    try {
      id = (await find())[0]?.id;
    } catch (error) {
      return untried(right, `EC2 does not list the ${what}s to try it on`, error);
    }
    return id === undefined
      ? { right, allowed: undefined, why: `no ${what} of this installation is there to try it on` }
      : tried(right, () => dryRun(id));
  };
  return Promise.all([
    on(
      'ec2:TerminateInstances',
      'instance',
      () => ec2.describeInstances({ tags }),
      (id) => client.send(new TerminateInstancesCommand({ DryRun, InstanceIds: [id] })),
    ),
    on(
      'ec2:CancelSpotInstanceRequests',
      'spot request',
      () => ec2.describeSpotRequests(tags),
      (id) => client.send(new CancelSpotInstanceRequestsCommand({ DryRun, SpotInstanceRequestIds: [id] })),
    ),
    on(
      'ec2:DeleteVolume',
      'disk',
      () => ec2.describeVolumes(tags),
      (id) => client.send(new DeleteVolumeCommand({ DryRun, VolumeId: id })),
    ),
  ]);
}
