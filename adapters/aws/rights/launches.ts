import { randomUUID } from 'node:crypto';
import { type EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { type Settings, TAGS } from '../../../contract';
import { launchRequest } from '../ec2/launch-request';
import { subnetOf } from '../ec2/subnet-of';
import type { Ec2, Image, Subnet } from '../ec2/types';
import type { TriedRight } from './types';
import { tried, untried } from './verdict';

const RIGHT = 'ec2:RunInstances, ec2:CreateTags';

/** Where a launch would be: in the default network of the zone, unless the settings name subnets. */
export interface LaunchPlace {
  zone: string;
  subnet?: Subnet;
}

/** The launch that a run of these settings would make, on demand and on spot: by dry runs, which launch nothing. */
export async function launches(settings: Settings, client: Pick<EC2Client, 'send'>, ec2: Ec2): Promise<TriedRight[]> {
  let image: Image | undefined;
  let failed: unknown;
  const found = await tried('ssm:GetParameter', async () => {
    image = await ec2.resolveImage(settings.images.cpu).catch((error: unknown) => {
      failed = error;
      throw error;
    });
  });
  const named = settings.images.cpu.startsWith('resolve:ssm:') ? [found] : [];
  const why = `image ${settings.images.cpu} is not there`;
  if (failed !== undefined)
    return [...named, untried(RIGHT, `image ${settings.images.cpu} cannot be looked up`, failed)];
  if (!image) return [...named, { right: RIGHT, allowed: undefined, why }];
  const [instanceType = 't3.micro'] = settings.defaults.instanceTypes;
  let place: LaunchPlace | string;
  try {
    place = await placeOf(settings, ec2, instanceType);
  } catch (error) {
    return [...named, untried(RIGHT, 'EC2 does not say where it could be', error)];
  }
  if (typeof place === 'string') return [...named, { right: RIGHT, allowed: undefined, why: place }];
  const { zone, subnet } = place;
  const { id, rootDevice, rootGiB } = image;
  const launch = (market: 'spot' | 'on-demand') =>
    launchRequest({
      clientToken: `doctor-${randomUUID()}`,
      imageId: id,
      instanceType,
      market,
      zone,
      ...(subnet === undefined ? {} : { subnetId: subnet.id, publicAddress: settings.address === 'public' }),
      securityGroups: settings.securityGroups,
      rootDevice,
      diskGiB: Math.max(rootGiB, 8),
      userData: '#!/bin/sh\n',
      tags: { [TAGS.installation]: settings.installation },
    });
  const tries = (['on-demand', 'spot'] as const).map((market) =>
    tried(`${RIGHT} (${market})`, () => client.send(new RunInstancesCommand({ ...launch(market), DryRun: true }))),
  );
  return [...named, ...(await Promise.all(tries))];
}

/** The first zone that offers the type and has one of the settings' subnets, if there are any; else why there is none. */
export async function placeOf(
  { subnets: ids, region }: Pick<Settings, 'subnets' | 'region'>,
  ec2: Pick<Ec2, 'offeredZones' | 'describeSubnets'>,
  instanceType: string,
): Promise<LaunchPlace | string> {
  const [offered, subnets] = await Promise.all([ec2.offeredZones([instanceType]), ec2.describeSubnets(ids)]);
  const zones = offered.get(instanceType) ?? [];
  if (zones.length === 0) return `no zone of ${region} offers ${instanceType}`;
  for (const zone of zones) {
    if (ids.length === 0) return { zone };
    const subnet = subnetOf(subnets, ids, zone);
    if (subnet) return { zone, subnet };
  }
  return `${instanceType} is offered in ${zones.join(', ')}, but the settings have no subnet there`;
}
