import { generateKeyPairSync } from 'node:crypto';
import {
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  CreateSnapshotCommand,
  DeleteKeyPairCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSecurityGroupCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  EC2Client,
  ImportKeyPairCommand,
  type ResourceType,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { createInventory, createObjectStore, createPartUploads, type Inventory } from '../../../../adapters/aws';
import { startLocalCloud } from '../../../activities/support/ec2/local-cloud';

let cloud: Awaited<ReturnType<typeof startLocalCloud>>;
let inventory: Inventory;
let ec2: EC2Client;
beforeAll(async () => {
  cloud = await startLocalCloud();
  inventory = createInventory(cloud.settings);
  const { region, endpoints, credentials } = cloud.settings;
  if (!endpoints.ec2 || !credentials) throw new Error('no local cloud');
  ec2 = new EC2Client({ region, endpoint: endpoints.ec2, credentials });
});
afterAll(async () => {
  ec2.destroy();
  inventory.close();
  await cloud.close();
});

const specification = (type: ResourceType, project: string) => ({
  ResourceType: type,
  Tags: [
    { Key: 'project', Value: project },
    { Key: 'owner', Value: 'me' },
  ],
});

/** An instance on spot with a disk that stays, and one of each other kind; answers how to take them away. */
async function makeAll(project: string): Promise<() => Promise<void>> {
  const own = (type: ResourceType) => ({ TagSpecifications: [specification(type, project)] });
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-0a24040000000a001',
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      InstanceMarketOptions: { MarketType: 'spot' },
      BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, DeleteOnTermination: false } }],
      TagSpecifications: (['instance', 'volume', 'spot-instances-request'] as const).map((type) =>
        specification(type, project),
      ),
    }),
  );
  const InstanceId = Instances?.[0]?.InstanceId ?? '';
  const { Volumes } = await ec2.send(
    new DescribeVolumesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [InstanceId] }] }),
  );
  const kept = Volumes?.find(({ Attachments }) => Attachments?.[0]?.DeleteOnTermination === false)?.VolumeId;
  const { SnapshotId } = await ec2.send(new CreateSnapshotCommand({ VolumeId: kept, ...own('snapshot') }));
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
  await ec2.send(
    new ImportKeyPairCommand({ KeyName: project, PublicKeyMaterial: Buffer.from(sshRsa(key)), ...own('key-pair') }),
  );
  const { GroupId } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: project, Description: 'a test', ...own('security-group') }),
  );
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  const { NetworkInterface } = await ec2.send(
    new CreateNetworkInterfaceCommand({ SubnetId: Subnets?.[0]?.SubnetId, ...own('network-interface') }),
  );
  return async () => {
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
    await ec2.send(new DeleteSnapshotCommand({ SnapshotId }));
    await ec2.send(new DeleteKeyPairCommand({ KeyName: project }));
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: NetworkInterface?.NetworkInterfaceId }));
    await until(async () => (await kinds(project)).join() === 'volume');
    await ec2.send(new DeleteVolumeCommand({ VolumeId: kept }));
  };
}

function sshRsa(key: { n?: string; e?: string }): string {
  const field = (...bytes: Buffer[]): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.concat(bytes).length);
    return Buffer.concat([length, ...bytes]);
  };
  const parts = [field(Buffer.from('ssh-rsa')), field(Buffer.from(key.e ?? '', 'base64url'))];
  const blob = Buffer.concat([...parts, field(Buffer.of(0), Buffer.from(key.n ?? '', 'base64url'))]);
  return `ssh-rsa ${blob.toString('base64')}`;
}

const kinds = async (project: string): Promise<string[]> =>
  (await inventory.tagged({ project })).map(({ kind }) => kind).sort();

async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 50));
}

const ALL = [
  'instance',
  'key-pair',
  'network-interface',
  // That of the instance.
  'network-interface',
  'security-group',
  'snapshot',
  'spot-instances-request',
  'volume',
  'volume',
];

test('each kind of resource that carries a tag is shown until it is gone, and nothing of another tag', async () => {
  const [removeRed, removeBlue] = [await makeAll('e2e-red'), await makeAll('e2e-blue')];
  expect(await kinds('e2e-red')).toEqual(ALL);
  expect(await kinds('e2e-')).toEqual([]);
  const both = await inventory.tagged({ project: { startsWith: 'e2e-' }, owner: 'me' });
  expect(both).toHaveLength(2 * ALL.length);
  expect(await inventory.tagged({ project: { startsWith: 'e2e-' }, owner: 'you' })).toEqual([]);
  await removeRed();
  expect(await kinds('e2e-red')).toEqual([]);
  expect(await kinds('e2e-blue')).toEqual(ALL);
  await removeBlue();
  expect(await kinds('e2e-blue')).toEqual([]);
  await expect(inventory.tagged({})).rejects.toThrow('the whole account');
});

test('uploads that are open are shown by the beginning of their keys', async () => {
  const [store, uploads] = [createObjectStore(cloud.settings), createPartUploads(cloud.settings)];
  try {
    await store.ensureBucket();
    const { bucket } = cloud.settings;
    const begun = ['e2e/a/one', 'e2e/a/two', 'e2e/b/one'];
    const ids = await Promise.all(begun.map((key) => uploads.begin(bucket, key)));
    const shown = async () => (await inventory.openUploads('e2e/a/')).map(({ key }) => key).sort();
    expect(await shown()).toEqual(['e2e/a/one', 'e2e/a/two']);
    await uploads.abort({ bucket, key: 'e2e/a/one', uploadId: ids[0] ?? '' });
    expect(await shown()).toEqual(['e2e/a/two']);
  } finally {
    store.close();
    uploads.close();
  }
});
