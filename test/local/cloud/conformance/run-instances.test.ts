import { DescribeVolumesCommand, type RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import { suite } from '../clouds';
import { onAws, openTarget, refusal, type Target } from '../support/target';

const { describe, it } = suite('ec2 › run-instances');

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

describe('the reply', () => {
  it('is pending, without a public address, which comes with running', async () => {
    const instance = await target.runOne({ MetadataOptions: { HttpTokens: 'required' } });
    expect(instance).toMatchObject({
      State: { Code: 0, Name: 'pending' },
      StateReason: { Code: 'pending', Message: 'pending' },
      AmiLaunchIndex: 0,
      ImageId: target.imageId,
      InstanceType: 't3.micro',
      Architecture: 'x86_64',
      Hypervisor: 'xen',
      RootDeviceType: 'ebs',
      PublicDnsName: '',
      MetadataOptions: { HttpTokens: 'required', HttpEndpoint: 'enabled' },
    });
    expect(instance.InstanceId).toMatch(/^i-[0-9a-f]{17}$/);
    expect(instance.PublicIpAddress).toBeUndefined();
    expect(instance.InstanceLifecycle).toBeUndefined();
    expect(instance.SpotInstanceRequestId).toBeUndefined();
    const running = await target.reaches(instance.InstanceId, 'running');
    expect(running).toMatchObject({
      State: { Code: 16, Name: 'running' },
      PrivateIpAddress: instance.PrivateIpAddress,
    });
    expect(running.PublicIpAddress).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    expect(running.StateReason).toBeUndefined();
  });

  it('several instances share a reservation and are counted from 0', async () => {
    const instances = await target.run({ MinCount: 2, MaxCount: 3 });
    expect(instances.map((instance) => instance.AmiLaunchIndex)).toEqual([0, 1, 2]);
    expect(new Set(instances.map((instance) => instance.InstanceId)).size).toBe(3);
  });

  it('tags at launch reach instance and volume', async () => {
    const Tags = [
      { Key: 'Name', Value: 'ünïcode <&> "quoted"' },
      { Key: 'empty', Value: '' },
    ];
    const { InstanceId } = await target.runOne({
      TagSpecifications: [
        { ResourceType: 'instance', Tags },
        { ResourceType: 'volume', Tags: [{ Key: 'of', Value: 'disk' }] },
      ],
    });
    expect((await target.describe(InstanceId)).Tags).toEqual(expect.arrayContaining(Tags));
    const { Volumes } = await target.ec2.send(
      new DescribeVolumesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [InstanceId] }] }),
    );
    expect(Volumes?.[0]?.Tags).toEqual([{ Key: 'of', Value: 'disk' }]);
  });
});

describe('disks', () => {
  const volumesOf = async (id: string) => {
    const { Volumes = [] } = await target.ec2.send(
      new DescribeVolumesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [id] }] }),
    );
    return Volumes.sort((a, b) => (a.Attachments?.[0]?.Device ?? '').localeCompare(b.Attachments?.[0]?.Device ?? ''));
  };

  it('the root goes with the instance, other disks stay, unless told otherwise', async () => {
    const { InstanceId } = await target.runningOne({
      BlockDeviceMappings: [
        { DeviceName: '/dev/sda1', Ebs: { VolumeSize: 12, VolumeType: 'gp3' } },
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, DeleteOnTermination: true } },
      ],
    });
    const [root, data] = await volumesOf(InstanceId);
    expect(root).toMatchObject({
      Size: 12,
      VolumeType: 'gp3',
      Iops: 3000,
      Throughput: 125,
      State: 'in-use',
      Attachments: [{ Device: '/dev/sda1', State: 'attached', DeleteOnTermination: true, InstanceId }],
    });
    expect(data).toMatchObject({ Size: 1, VolumeType: 'gp2', Attachments: [{ DeleteOnTermination: true }] });
  });

  it('naming only a data disk still gives a root disk; a data disk is kept by default', async () => {
    const instance = await target.runOne({
      BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, DeleteOnTermination: onAws } }],
    });
    expect((await volumesOf(instance.InstanceId)).map((volume) => volume.Size)).toEqual([8, 1]);
    if (onAws) return;
    const kept = await target.runOne({ BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1 } }] });
    const [, data] = await volumesOf(kept.InstanceId);
    expect(data?.Attachments?.[0]?.DeleteOnTermination).toBe(false);
  });

  it('a root smaller than its snapshot is InvalidBlockDeviceMapping', async () => {
    const call = target.run({ BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs: { VolumeSize: 4 } }] });
    expect(await refusal(call)).toMatchObject({
      code: 'InvalidBlockDeviceMapping',
      message: expect.stringMatching(
        /^Volume of size 4GB is smaller than snapshot 'snap-[0-9a-f]+', expect size >= 8GB$/,
      ),
    });
  });
});

describe('refusals', () => {
  const long = (bytes: number) => Buffer.alloc(bytes, 'x').toString('base64');
  const cases: [why: string, input: Partial<RunInstancesCommandInput>, code: string, message: RegExp][] = [
    [
      'unknown type',
      { InstanceType: 'x9.huge' as never },
      'InvalidParameterValue',
      /^Invalid value 'x9\.huge' for InstanceType\.$/,
    ],
    [
      'image missing',
      { ImageId: 'ami-00000000000000000' },
      'InvalidAMIID.NotFound',
      /^The image id '\[ami-0+\]' does not exist$/,
    ],
    ['image malformed', { ImageId: 'foo' }, 'InvalidAMIID.Malformed', /^Invalid id: "foo" \(expecting "ami-\.\.\."\)$/],
    [
      'bad zone',
      { Placement: { AvailabilityZone: 'us-east-1z' } },
      'InvalidParameterValue',
      /^Invalid availability zone: \[us-east-1z\]$/,
    ],
    [
      'subnet missing',
      { SubnetId: 'subnet-00000000000000000' },
      'InvalidSubnetID.NotFound',
      /^The subnet ID 'subnet-0+' does not exist$/,
    ],
    [
      'group missing',
      { SecurityGroupIds: ['sg-00000000000000000'] },
      'InvalidGroup.NotFound',
      /^The security group 'sg-0+' does not exist$/,
    ],
    [
      'key missing',
      { KeyName: 'no-such-key' },
      'InvalidKeyPair.NotFound',
      /^The key pair 'no-such-key' does not exist$/,
    ],
    [
      'user data of 16385 bytes',
      { UserData: long(16_385) },
      'InvalidParameterValue',
      /^User data is limited to 16384 bytes$/,
    ],
    [
      'reserved tag',
      { TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'aws:x', Value: '1' }] }] },
      'InvalidParameterValue',
      /^Tag keys starting with 'aws:' are reserved for internal use$/,
    ],
    [
      'taggable type',
      { TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: 'x', Value: '1' }] }] },
      'InvalidParameterValue',
      /^'snapshot' is not a valid taggable resource type for this operation\.$/,
    ],
    [
      'price too low',
      { InstanceMarketOptions: { MarketType: 'spot', SpotOptions: { MaxPrice: '0.0011' } } },
      'SpotMaxPriceTooLow',
      /^Your Spot request price of 0\.0011 is lower than the minimum required Spot request fulfillment price of 0\.\d+\.$/,
    ],
    [
      'price of nothing',
      { InstanceMarketOptions: { MarketType: 'spot', SpotOptions: { MaxPrice: '0.0001' } } },
      'InvalidParameterValue',
      /./,
    ],
  ];
  it.each(cases)('%s', async (_why, input, code, message) => {
    const refused = await refusal(target.run(input));
    expect(refused).toMatchObject({ code, status: 400 });
    expect(refused.message).toMatch(message);
  });

  it('user data of exactly 16384 bytes is taken', async () => {
    await expect(target.runOne({ UserData: long(16_384) })).resolves.toMatchObject({ State: { Name: 'pending' } });
  });

  it('more than 50 tags is TagLimitExceeded', async () => {
    const Tags = Array.from({ length: 51 }, (_, n) => ({ Key: `k${n}`, Value: 'v' }));
    expect((await refusal(target.run({ TagSpecifications: [{ ResourceType: 'instance', Tags }] }))).code).toBe(
      'TagLimitExceeded',
    );
  });

  it('MaxCount under MinCount', async () => {
    expect((await refusal(target.run({ MinCount: 2, MaxCount: 1 }))).code).toBe('InvalidParameterValue');
  });
});

describe('a type that a zone does not offer', () => {
  it('is Unsupported and names the zones that do', async () => {
    const call = target.run({ InstanceType: 'p3.2xlarge', Placement: { AvailabilityZone: 'us-east-1c' } });
    expect(await refusal(call)).toEqual({
      code: 'Unsupported',
      message:
        'Your requested instance type (p3.2xlarge) is not supported in your requested Availability Zone (us-east-1c). Please retry your request by not specifying an Availability Zone or choosing us-east-1a, us-east-1b.',
      status: 400,
    });
  });
});

describe('images by public parameter', () => {
  const path = '/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id';
  it('resolve:ssm: is resolved; an unknown parameter is refused', async () => {
    const { ImageId } = await target.runOne({ ImageId: `resolve:ssm:${path}` });
    expect(ImageId).toMatch(/^ami-[0-9a-f]{17}$/);
    expect((await refusal(target.run({ ImageId: 'resolve:ssm:/aws/service/none' }))).code).toMatch(/^Invalid/);
  });
});
