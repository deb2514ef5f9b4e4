import { type Ec2, type Image, type RunInstancesArgs, type Subnet, subnetOf } from '../../adapters/aws';
import { deriveKeys, UserDataTooLargeError, userData } from '../../adapters/ssh';
import { type LaunchArgs, type LaunchResult, limitTags, nodeTags } from '../../contract';
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
 * The launch call that the arguments stand for. The secret of the installation, and facts of EC2 that never change (an image's root
 * device, a subnet's zone) aside, every byte is a pure function of the arguments: a repeat is the same call.
 */
export async function prepareLaunch(
  deps: Pick<ActivityDeps, 'settings' | 'secret' | 'ec2'>,
  args: LaunchArgs,
): Promise<Prepared | Refused> {
  const { node, placement, settings = deps.settings } = args;
  const ec2 = deps.ec2.in(placement.region);
  const image = await imageOf(ec2, args.imageId);
  if (!image) {
    return refused('InvalidAMIID.NotFound', `${placement.region} has no image ${args.imageId}`, 'fatal');
  }
  const subnet = settings.subnets.length > 0 ? await subnetIn(ec2, settings.subnets, placement.zone) : undefined;
  if (settings.subnets.length > 0 && !subnet) {
    return refused('NoSubnetInZone', `none of the run's subnets is in ${placement.zone}`, 'capacity');
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
    tags: { ...nodeTags(node, args.project), ...(args.limits ? limitTags(args.limits, graceSeconds) : {}) },
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

const subnetLists = new WeakMap<Ec2, Map<string, Subnet[]>>();

/** Asked once: a subnet stays in its zone. */
async function subnetIn(ec2: Ec2, ids: string[], zone: string): Promise<Subnet | undefined> {
  const known = subnetLists.get(ec2) ?? new Map<string, Subnet[]>();
  subnetLists.set(ec2, known);
  const key = ids.join();
  const list = known.get(key) ?? (await ec2.describeSubnets(ids));
  known.set(key, list);
  return subnetOf(list, ids, zone);
}
