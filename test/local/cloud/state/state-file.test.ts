import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  DescribeInstancesCommand,
  DescribeSpotInstanceRequestsCommand,
  DescribeVolumesCommand,
  EC2Client,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { type Cloud, startCloud } from '../../../../local/cloud/server';
import { StateFile } from '../../../../local/cloud/state/state-file';
import { Store } from '../../../../local/cloud/state/store';

const dir = mkdtempSync(path.join(os.tmpdir(), 'tc-state-'));
const killed = mkdtempSync(path.join(os.tmpdir(), 'tc-killed-'));
let cloud: Cloud | undefined;
let client: EC2Client;

async function open(at: string): Promise<EC2Client> {
  cloud = await startCloud({ dir: at, port: 0, sshPort: 30_000 + (process.pid % 10_000), timeScale: 100 });
  const { url, region } = cloud.info;
  client = new EC2Client({ endpoint: url, region, credentials: cloud.credentials, maxAttempts: 1 });
  return client;
}

afterEach(async () => {
  client.destroy();
  await cloud?.close();
});
afterAll(() => {
  for (const folder of [dir, killed]) rmSync(folder, { recursive: true, force: true });
});

const LAUNCH: RunInstancesCommandInput = {
  ImageId: 'ami-0a24040000000a001',
  InstanceType: 't3.micro',
  MinCount: 1,
  MaxCount: 1,
  ClientToken: 'token-1',
  UserData: Buffer.from('#cloud-config\n{}\n').toString('base64'),
  InstanceMarketOptions: { MarketType: 'spot' },
  TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'trainctl:run', Value: 'r' }] }],
};

test('a cloud that is started again knows what there was, and shows its machines as the dead that they are', async () => {
  const first = await open(dir);
  const launched = (await first.send(new RunInstancesCommand(LAUNCH))).Instances?.[0];
  const file = path.join(dir, 'ec2.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  // What a kill at this moment leaves.
  writeFileSync(path.join(killed, 'ec2.json'), readFileSync(file));
  expect(readFileSync(file, 'utf8')).not.toContain(Buffer.from('#cloud-config').toString('base64').slice(0, 12));
  first.destroy();
  await cloud?.close();

  const second = await open(killed);
  const found = (await second.send(new DescribeInstancesCommand({}))).Reservations?.[0]?.Instances?.[0];
  expect(found).toMatchObject({
    InstanceId: launched?.InstanceId,
    ClientToken: 'token-1',
    State: { Name: 'terminated' },
    StateReason: { Code: 'Server.InternalError' },
    Tags: [{ Key: 'trainctl:run', Value: 'r' }],
    LaunchTime: launched?.LaunchTime,
  });
  expect((await second.send(new DescribeVolumesCommand({}))).Volumes).toEqual([]);
  const requests = (await second.send(new DescribeSpotInstanceRequestsCommand({}))).SpotInstanceRequests;
  expect(requests).toMatchObject([{ State: 'closed', InstanceId: launched?.InstanceId }]);
  // The token stays bound: to the same parameters, and to an instance that is over.
  await expect(second.send(new RunInstancesCommand(LAUNCH))).rejects.toThrow(/terminated instance/);
  await expect(second.send(new RunInstancesCommand({ ...LAUNCH, InstanceType: 't3.small' }))).rejects.toMatchObject({
    name: 'IdempotentParameterMismatch',
  });
});

test('a file that is no state is said, and the cloud begins anew', async () => {
  const said = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  writeFileSync(path.join(killed, 'ec2.json'), '{"version":2}');
  const third = await open(killed);
  expect((await third.send(new DescribeInstancesCommand({}))).Reservations).toEqual([]);
  expect(said).toHaveBeenCalledWith(expect.stringContaining('ec2.json is not readable'));
  said.mockRestore();
});

test('nothing is written once it has been closed, whoever still has something to save', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tc-closed-'));
  const file = new StateFile(path.join(folder, 'ec2.json'), new Store());
  const late = file.save();
  await Promise.all([late, file.close()]);
  expect(readdirSync(folder)).toEqual(['ec2.json']);
  rmSync(folder, { recursive: true });
  await file.save();
  expect(existsSync(folder)).toBe(false);
});
