import {
  DescribeAvailabilityZonesCommand,
  DescribeImagesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  DescribeRegionsCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import { suite } from '../clouds';
import { openTarget, refusal, type Target } from '../support/target';

const { describe, it } = suite('ec2 › catalog');

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

describe('instance types', () => {
  it('say vCPUs, memory and GPUs', async () => {
    const { InstanceTypes = [] } = await target.ec2.send(
      new DescribeInstanceTypesCommand({ InstanceTypes: ['g5.xlarge', 't3.micro'] }),
    );
    const types = Object.fromEntries(InstanceTypes.map((type) => [type.InstanceType, type]));
    expect(types['g5.xlarge']).toMatchObject({
      VCpuInfo: { DefaultVCpus: 4 },
      MemoryInfo: { SizeInMiB: 16_384 },
      GpuInfo: { Gpus: [{ Name: 'A10G', Manufacturer: 'NVIDIA', Count: 1 }] },
    });
    expect(types['t3.micro']).toMatchObject({ VCpuInfo: { DefaultVCpus: 2 }, BurstablePerformanceSupported: true });
    expect(types['t3.micro']?.GpuInfo).toBeUndefined();
  });

  it('unknown ones are InvalidInstanceType', async () => {
    const call = target.ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: ['x9.huge' as never] }));
    expect(await refusal(call)).toMatchObject({
      code: 'InvalidInstanceType',
      message: 'The following supplied instance types do not exist: [x9.huge]',
    });
  });

  it('offerings are by region unless zones are asked for', async () => {
    const offered = async (LocationType?: 'availability-zone') => {
      const { InstanceTypeOfferings = [] } = await target.ec2.send(
        new DescribeInstanceTypeOfferingsCommand({
          ...(LocationType ? { LocationType } : {}),
          Filters: [{ Name: 'instance-type', Values: ['t3.micro'] }],
        }),
      );
      return InstanceTypeOfferings.map((offering) => offering.Location);
    };
    expect(await offered()).toEqual([await target.ec2.config.region()]);
    expect(await offered('availability-zone')).toEqual(expect.arrayContaining(['us-east-1a', 'us-east-1b']));
  });
});

describe('a type that one zone lacks', () => {
  it('has no offering and no price there', async () => {
    const { InstanceTypeOfferings = [] } = await target.ec2.send(
      new DescribeInstanceTypeOfferingsCommand({
        LocationType: 'availability-zone',
        Filters: [{ Name: 'instance-type', Values: ['p3.2xlarge'] }],
      }),
    );
    expect(InstanceTypeOfferings.map((offering) => offering.Location)).toEqual(['us-east-1a', 'us-east-1b']);
  });
});

describe('images', () => {
  it('are found by id, owner and name', async () => {
    const { Images = [] } = await target.ec2.send(
      new DescribeImagesCommand({
        Owners: ['099720109477'],
        Filters: [{ Name: 'image-id', Values: [target.imageId] }],
      }),
    );
    expect(Images).toHaveLength(1);
    expect(Images[0]).toMatchObject({ RootDeviceName: '/dev/sda1', State: 'available', Architecture: 'x86_64' });
    expect(Images[0]?.BlockDeviceMappings?.[0]?.Ebs?.DeleteOnTermination).toBe(true);
    const mine = await target.ec2.send(new DescribeImagesCommand({ Owners: ['self'], ImageIds: [target.imageId] }));
    expect(mine.Images).toEqual([]);
  });

  it('a missing id is InvalidAMIID.NotFound', async () => {
    const call = target.ec2.send(new DescribeImagesCommand({ ImageIds: ['ami-00000000000000000'] }));
    expect((await refusal(call)).code).toBe('InvalidAMIID.NotFound');
  });
});

describe('the default network', () => {
  it('has one default VPC, a public default subnet a zone, a default group', async () => {
    const vpcs = await target.ec2.send(
      new DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] }),
    );
    expect(vpcs.Vpcs).toMatchObject([{ CidrBlock: '172.31.0.0/16', IsDefault: true }]);
    const VpcId = vpcs.Vpcs?.[0]?.VpcId ?? '';
    const subnets = await target.ec2.send(
      new DescribeSubnetsCommand({
        Filters: [
          { Name: 'vpc-id', Values: [VpcId] },
          { Name: 'default-for-az', Values: ['true'] },
        ],
      }),
    );
    const zones = await target.ec2.send(new DescribeAvailabilityZonesCommand({}));
    const own = zones.AvailabilityZones?.map((zone) => zone.ZoneName).sort();
    expect(subnets.Subnets?.map((subnet) => subnet.AvailabilityZone).sort()).toEqual(own);
    const groups = await target.ec2.send(
      new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-name', Values: ['default'] }] }),
    );
    expect(groups.SecurityGroups?.some((group) => group.VpcId === VpcId)).toBe(true);
  });

  it('unknown ids have codes of their own', async () => {
    const { ec2 } = target;
    const none = '00000000000000000';
    expect((await refusal(ec2.send(new DescribeSubnetsCommand({ SubnetIds: [`subnet-${none}`] })))).code).toBe(
      'InvalidSubnetID.NotFound',
    );
    expect((await refusal(ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [`sg-${none}`] })))).code).toBe(
      'InvalidGroup.NotFound',
    );
    expect((await refusal(ec2.send(new DescribeVpcsCommand({ VpcIds: [`vpc-${none}`] })))).code).toBe(
      'InvalidVpcID.NotFound',
    );
  });

  it('regions answer', async () => {
    const { Regions } = await target.ec2.send(new DescribeRegionsCommand({ RegionNames: ['us-east-1'] }));
    expect(Regions).toMatchObject([{ RegionName: 'us-east-1', Endpoint: 'ec2.us-east-1.amazonaws.com' }]);
  });
});
