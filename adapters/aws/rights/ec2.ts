import {
  DescribeImagesCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeKeyPairsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeSpotInstanceRequestsCommand,
  DescribeSpotPriceHistoryCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVolumesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import type { Settings } from '../../../contract';
import { clientConfig } from '../clients';
import { createEc2 } from '../ec2/client';
import { ends } from './ends';
import { launches } from './launches';
import type { RightsOf, TriedRight } from './types';
import { tried } from './verdict';

const DryRun = true;

type Look = [right: string, dryRun: (client: EC2Client) => Promise<unknown>];

/** Dry runs of what only looks. */
const LOOKS: Look[] = [
  ['ec2:DescribeInstances', (c) => c.send(new DescribeInstancesCommand({ DryRun }))],
  ['ec2:DescribeInstanceTypeOfferings', (c) => c.send(new DescribeInstanceTypeOfferingsCommand({ DryRun }))],
  ['ec2:DescribeSecurityGroups', (c) => c.send(new DescribeSecurityGroupsCommand({ DryRun }))],
  ['ec2:DescribeSpotInstanceRequests', (c) => c.send(new DescribeSpotInstanceRequestsCommand({ DryRun }))],
  ['ec2:DescribeSpotPriceHistory', (c) => c.send(new DescribeSpotPriceHistoryCommand({ DryRun }))],
  ['ec2:DescribeVolumes', (c) => c.send(new DescribeVolumesCommand({ DryRun }))],
];

/** Of workers alone: they place instances, and hear of maintenance. */
const LOOKS_OF_WORKERS: Look[] = [
  ['ec2:DescribeImages', (c) => c.send(new DescribeImagesCommand({ DryRun, Owners: ['self'] }))],
  ['ec2:DescribeInstanceStatus', (c) => c.send(new DescribeInstanceStatusCommand({ DryRun }))],
  ['ec2:DescribeSubnets', (c) => c.send(new DescribeSubnetsCommand({ DryRun }))],
];

/** Of suites alone: they take stock of all that has their tag. */
const LOOKS_OF_SUITES: Look[] = [
  ['ec2:DescribeKeyPairs', (c) => c.send(new DescribeKeyPairsCommand({ DryRun }))],
  ['ec2:DescribeNetworkInterfaces', (c) => c.send(new DescribeNetworkInterfacesCommand({ DryRun }))],
  ['ec2:DescribeSnapshots', (c) => c.send(new DescribeSnapshotsCommand({ DryRun, OwnerIds: ['self'] }))],
  ['ec2:DescribeTags', (c) => c.send(new DescribeTagsCommand({ DryRun }))],
];

/** Tries rights on EC2 by dry runs: nothing is launched, and nothing ended. */
export async function ec2Rights(settings: Settings, of: RightsOf): Promise<TriedRight[]> {
  const client = new EC2Client(clientConfig(settings, 'ec2', settings.region));
  const ec2 = createEc2(settings);
  try {
    const more = { client: [], worker: LOOKS_OF_WORKERS, suite: LOOKS_OF_SUITES };
    const looks = [...LOOKS, ...more[of]];
    const done = await Promise.all(looks.map(([right, dryRun]) => tried(right, () => dryRun(client))));
    if (of === 'worker') done.push(...(await launches(settings, client, ec2)));
    if (of !== 'client') done.push(...(await ends(settings.installation, client, ec2)));
    return done;
  } finally {
    client.destroy();
    ec2.close();
  }
}
