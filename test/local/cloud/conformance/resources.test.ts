import { generateKeyPairSync, randomUUID } from 'node:crypto';
import {
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  CreateSnapshotCommand,
  CreateTagsCommand,
  DeleteKeyPairCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSecurityGroupCommand,
  DeleteSnapshotCommand,
  DescribeKeyPairsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  ImportKeyPairCommand,
  type ResourceType,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { suite } from '../clouds';
import { openTarget, PATIENCE_SECONDS, refusal, type Target } from '../support/target';
import { until } from '../support/until';

const { describe, it } = suite('ec2 › resources');

let target: Target;
const mark = randomUUID();
const tagged = (ResourceType: ResourceType) => [{ ResourceType, Tags: [{ Key: 'suite', Value: mark }] }];
const MINE = [{ Name: 'tag:suite', Values: [mark] }];

beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

/** What DescribeTags shows with the mark. */
async function marked(): Promise<string[]> {
  const { Tags = [] } = await target.ec2.send(
    new DescribeTagsCommand({
      Filters: [
        { Name: 'key', Values: ['suite'] },
        { Name: 'value', Values: [mark] },
      ],
    }),
  );
  return Tags.map(({ ResourceType, ResourceId }) => `${ResourceType} ${ResourceId}`).sort();
}

describe('snapshots', () => {
  it('are made of a volume, completed after a while, found by tag, and deleted once', async () => {
    const { InstanceId } = await target.runningOne();
    const volume = (await target.describe(InstanceId)).BlockDeviceMappings?.[0]?.Ebs?.VolumeId;
    const made = await target.ec2.send(
      new CreateSnapshotCommand({ VolumeId: volume, Description: 'd', TagSpecifications: tagged('snapshot') }),
    );
    expect(made).toMatchObject({ VolumeId: volume, State: 'pending', Description: 'd' });
    const find = async () =>
      (await target.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters: MINE }))).Snapshots ?? [];
    try {
      const snapshot = await until(
        'completed',
        async () => (await find()).find(({ State }) => State === 'completed'),
        PATIENCE_SECONDS,
      );
      expect(snapshot).toMatchObject({ SnapshotId: made.SnapshotId, VolumeId: volume, Progress: '100%' });
      expect(await marked()).toEqual([`snapshot ${made.SnapshotId}`]);
    } finally {
      await target.ec2.send(new DeleteSnapshotCommand({ SnapshotId: made.SnapshotId }));
    }
    expect(await find()).toEqual([]);
    const again = target.ec2.send(new DeleteSnapshotCommand({ SnapshotId: made.SnapshotId }));
    expect(await refusal(again)).toMatchObject({
      code: 'InvalidSnapshot.NotFound',
      message: `The snapshot '${made.SnapshotId}' does not exist.`,
    });
    const none = target.ec2.send(new CreateSnapshotCommand({ VolumeId: 'vol-00000000000000000' }));
    expect((await refusal(none)).code).toBe('InvalidVolume.NotFound');
  });
});

describe('key pairs', () => {
  it('are imported once by name, found by tag, and deleted; deleting none is no error', async () => {
    const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
    const field = (bytes: Buffer): Buffer => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return Buffer.concat([length, bytes]);
    };
    const number = (text = '') => field(Buffer.concat([Buffer.of(0), Buffer.from(text, 'base64url')]));
    const blob = Buffer.concat([
      field(Buffer.from('ssh-rsa')),
      field(Buffer.from(key.e ?? '', 'base64url')),
      number(key.n),
    ]);
    const PublicKeyMaterial = Buffer.from(`ssh-rsa ${blob.toString('base64')} somebody`);
    const input = { KeyName: mark, PublicKeyMaterial, TagSpecifications: tagged('key-pair') };
    const made = await target.ec2.send(new ImportKeyPairCommand(input));
    try {
      expect(made.KeyFingerprint).toMatch(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
      expect(await refusal(target.ec2.send(new ImportKeyPairCommand(input)))).toMatchObject({
        code: 'InvalidKeyPair.Duplicate',
        message: 'The keypair already exists',
      });
      const { KeyPairs } = await target.ec2.send(new DescribeKeyPairsCommand({ Filters: MINE }));
      expect(KeyPairs).toEqual([expect.objectContaining({ KeyName: mark, KeyPairId: made.KeyPairId, KeyType: 'rsa' })]);
      expect(await marked()).toEqual([`key-pair ${made.KeyPairId}`]);
    } finally {
      await target.ec2.send(new DeleteKeyPairCommand({ KeyName: mark }));
    }
    expect((await target.ec2.send(new DescribeKeyPairsCommand({ Filters: MINE }))).KeyPairs).toEqual([]);
    await target.ec2.send(new DeleteKeyPairCommand({ KeyName: mark }));
    expect((await refusal(target.ec2.send(new DescribeKeyPairsCommand({ KeyNames: [mark] })))).code).toBe(
      'InvalidKeyPair.NotFound',
    );
    const bad = target.ec2.send(
      new ImportKeyPairCommand({ KeyName: mark, PublicKeyMaterial: Buffer.from('no key at all') }),
    );
    expect((await refusal(bad)).code).toBe('InvalidKey.Format');
  });
});

describe('security groups and network interfaces', () => {
  it('a group that an interface is in stays; both are found by tag, and gone when they are deleted', async () => {
    const input = { GroupName: mark, Description: 'a test', TagSpecifications: tagged('security-group') };
    const { GroupId } = await target.ec2.send(new CreateSecurityGroupCommand(input));
    const remove = () => target.ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    expect((await refusal(target.ec2.send(new CreateSecurityGroupCommand(input)))).code).toBe('InvalidGroup.Duplicate');
    const { Subnets } = await target.ec2.send(new DescribeSubnetsCommand({}));
    const made = await target.ec2.send(
      new CreateNetworkInterfaceCommand({
        SubnetId: Subnets?.[0]?.SubnetId,
        Groups: [GroupId ?? ''],
        TagSpecifications: tagged('network-interface'),
      }),
    );
    const NetworkInterfaceId = made.NetworkInterface?.NetworkInterfaceId;
    try {
      expect(await refusal(remove())).toMatchObject({
        code: 'DependencyViolation',
        message: `resource ${GroupId} has a dependent object`,
      });
      const { NetworkInterfaces } = await target.ec2.send(new DescribeNetworkInterfacesCommand({ Filters: MINE }));
      expect(NetworkInterfaces).toEqual([
        expect.objectContaining({
          NetworkInterfaceId,
          Groups: [{ GroupId, GroupName: mark }],
          TagSet: [{ Key: 'suite', Value: mark }],
        }),
      ]);
      expect(await marked()).toEqual([`network-interface ${NetworkInterfaceId}`, `security-group ${GroupId}`]);
    } finally {
      await target.ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
      await remove();
    }
    expect(await marked()).toEqual([]);
    expect((await target.ec2.send(new DescribeSecurityGroupsCommand({ Filters: MINE }))).SecurityGroups).toEqual([]);
    const gone = target.ec2.send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [NetworkInterfaceId ?? ''] }),
    );
    expect(await refusal(gone)).toMatchObject({
      code: 'InvalidNetworkInterfaceID.NotFound',
      message: `The networkInterface ID '${NetworkInterfaceId}' does not exist`,
    });
    expect((await refusal(remove())).code).toBe('InvalidGroup.NotFound');
  });

  it('that of an instance is shown attached, cannot be deleted, and goes with it', async () => {
    const { InstanceId } = await target.runningOne();
    const Filters = [{ Name: 'attachment.instance-id', Values: [InstanceId] }];
    const find = async () =>
      (await target.ec2.send(new DescribeNetworkInterfacesCommand({ Filters }))).NetworkInterfaces ?? [];
    const [shown] = await find();
    const own = (await target.describe(InstanceId)).NetworkInterfaces?.[0];
    expect(shown).toMatchObject({
      NetworkInterfaceId: own?.NetworkInterfaceId,
      Status: 'in-use',
      Attachment: { InstanceId, DeleteOnTermination: true },
    });
    const NetworkInterfaceId = shown?.NetworkInterfaceId;
    const remove = target.ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
    expect(await refusal(remove)).toMatchObject({
      code: 'InvalidParameterValue',
      message: `Network interface '${NetworkInterfaceId}' is currently in use.`,
    });
    await target.ec2.send(
      new CreateTagsCommand({ Resources: [NetworkInterfaceId ?? ''], Tags: [{ Key: 'suite', Value: mark }] }),
    );
    expect(await marked()).toEqual([`network-interface ${NetworkInterfaceId}`]);
    await target.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
    await target.reaches(InstanceId, 'terminated');
    expect(await find()).toEqual([]);
    expect(await marked()).toEqual([]);
  });

  it('the default group stays', async () => {
    const { SecurityGroups } = await target.ec2.send(
      new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-name', Values: ['default'] }] }),
    );
    const remove = target.ec2.send(new DeleteSecurityGroupCommand({ GroupId: SecurityGroups?.[0]?.GroupId }));
    expect((await refusal(remove)).code).toBe('CannotDelete');
  });
});
