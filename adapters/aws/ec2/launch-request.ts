import type { RunInstancesCommandInput, TagSpecification } from '@aws-sdk/client-ec2';
import type { RunInstancesArgs } from './types';

/** The one RunInstances call that trainctl makes. The same arguments give the same bytes, so a repeat is idempotent. */
export function launchRequest(args: RunInstancesArgs): RunInstancesCommandInput {
  const spot = args.market === 'spot';
  const Tags = Object.entries(args.tags)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([Key, Value]) => ({ Key, Value }));
  const tagged: TagSpecification['ResourceType'][] = ['instance', 'volume', ...(spot ? [SPOT_REQUEST] : [])];
  return {
    ClientToken: args.clientToken,
    ImageId: args.imageId,
    InstanceType: args.instanceType as NonNullable<RunInstancesCommandInput['InstanceType']>,
    MinCount: 1,
    MaxCount: 1,
    UserData: Buffer.from(args.userData, 'utf8').toString('base64'),
    // The dead-man timer ends a host by powering it off: that must end the bill too.
    InstanceInitiatedShutdownBehavior: 'terminate',
    // Hop limit 2, so that a container on the host still sees notices.
    MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 2 },
    BlockDeviceMappings: [
      {
        DeviceName: args.rootDevice,
        Ebs: { VolumeSize: args.diskGiB, VolumeType: 'gp3', DeleteOnTermination: true, Encrypted: true },
      },
    ],
    TagSpecifications: tagged.map((ResourceType) => ({ ResourceType, Tags })),
    ...where(args),
    ...(spot
      ? {
          InstanceMarketOptions: {
            MarketType: 'spot',
            SpotOptions: { SpotInstanceType: 'one-time', InstanceInterruptionBehavior: 'terminate' },
          },
        }
      : {}),
  };
}

const SPOT_REQUEST = 'spot-instances-request' as const;

function where(
  args: RunInstancesArgs,
): Pick<RunInstancesCommandInput, 'NetworkInterfaces' | 'Placement' | 'SecurityGroupIds'> {
  const groups = args.securityGroups;
  if (args.subnetId === undefined) {
    return {
      Placement: { AvailabilityZone: args.zone },
      ...(groups.length > 0 ? { SecurityGroupIds: groups } : {}),
    };
  }
  return {
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        SubnetId: args.subnetId,
        DeleteOnTermination: true,
        AssociatePublicIpAddress: args.publicAddress ?? false,
        ...(groups.length > 0 ? { Groups: groups } : {}),
      },
    ],
  };
}
