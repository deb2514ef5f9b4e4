import type { Ec2, Image, RunInstancesArgs, Subnet } from '../../adapters/aws';
import { deriveKeys, UserDataTooLargeError, userData } from '../../adapters/ssh';
import { type LaunchArgs, type LaunchResult, nodeTags } from '../../contract';
import { clientToken } from '../../contract/tokens';
import type { ActivityDeps } from '../step';

/** That of a spec which says nothing. */
const DEFAULT_GRACE_SECONDS = 60;

export type Refused = Extract<LaunchResult, { kind: 'refused' }>;

export interface Prepared {
  kind: 'prepared';
  request: RunInstancesArgs;
  /** The host's public key, as it will prove it. */
  hostKey: string;
}

/**
 * The launch call that the arguments stand for. Settings and secret of the installation, and facts of EC2 that never change
 * (an image's root device, a subnet's zone) aside, every byte is a pure function of the arguments: a repeat is the same call.
 */
export async function prepareLaunch(
  deps: Pick<ActivityDeps, 'settings' | 'secret' | 'ec2'>,
  args: LaunchArgs,
): Promise<Prepared | Refused> {
  const { settings } = deps;
  const { node, placement } = args;
  const ec2 = deps.ec2.in(placement.region);
  const image = await imageOf(ec2, args.imageId);
  if (!image) {
    return refused('InvalidAMIID.NotFound', `${placement.region} has no image ${args.imageId}`, 'fatal');
  }
  const subnet = settings.subnets.length > 0 ? await subnetIn(ec2, settings.subnets, placement.zone) : undefined;
  if (settings.subnets.length > 0 && !subnet) {
    return refused('NoSubnetInZone', `none of the settings' subnets is in ${placement.zone}`, 'capacity');
  }
  const keys = deriveKeys(deps.secret, node);
  const { sshKeys, leaseSeconds, hostDeadline, graceSeconds = DEFAULT_GRACE_SECONDS } = args;
  let boot: string;
  try {
    boot = userData({ node, keys, sshKeys, leaseSeconds, hostDeadline, graceSeconds });
  } catch (error) {
    if (error instanceof UserDataTooLargeError) return refused('InvalidUserData', error.message, 'fatal');
    throw error;
  }
  const request: RunInstancesArgs = {
    clientToken: clientToken(node, placement, args.try),
    imageId: image.id,
    instanceType: placement.instanceType,
    market: placement.market,
    zone: placement.zone,
    securityGroups: settings.securityGroups,
    rootDevice: image.rootDevice,
    diskGiB: Math.max(args.diskGiB, image.rootGiB),
    userData: boot,
    tags: nodeTags(node, args.project),
    ...(subnet ? { subnetId: subnet.id, publicAddress: settings.address === 'public' } : {}),
  };
  return { kind: 'prepared', request, hostKey: keys.host.publicOpenSsh };
}

export function refused(code: string, message: string, refusal: Refused['refusal']): Refused {
  return { kind: 'refused', code, message, refusal };
}

const images = new WeakMap<Ec2, Map<string, Promise<Image | undefined>>>();

/** Asked once: an image never changes. An alias may, so what it stood for first is kept for this worker. */
async function imageOf(ec2: Ec2, id: string): Promise<Image | undefined> {
  const known = images.get(ec2) ?? new Map<string, Promise<Image | undefined>>();
  images.set(ec2, known);
  const asked = known.get(id) ?? ec2.resolveImage(id);
  known.set(id, asked);
  try {
    const image = await asked;
    if (!image) known.delete(id);
    return image;
  } catch (error) {
    known.delete(id);
    throw error;
  }
}

const subnetLists = new WeakMap<Ec2, Subnet[]>();

/** The first, in the order of the settings, that is in the zone. */
async function subnetIn(ec2: Ec2, ids: string[], zone: string): Promise<Subnet | undefined> {
  const list = subnetLists.get(ec2) ?? (await ec2.describeSubnets(ids));
  subnetLists.set(ec2, list);
  const byId = new Map(list.map((subnet) => [subnet.id, subnet]));
  return ids.map((id) => byId.get(id)).find((subnet) => subnet?.zone === zone);
}
