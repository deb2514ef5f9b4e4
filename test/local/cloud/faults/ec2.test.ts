import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import path from 'node:path';
import {
  CreateTagsCommand,
  DescribeInstancesCommand,
  DescribeSpotInstanceRequestsCommand,
  DescribeVolumesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { bootMachine } from '../support/machine';
import { cloudConfig, fingerprint, login, newKey } from '../support/ssh';
import { openTarget, refusal, type Target } from '../support/target';
import { until } from '../support/until';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterEach(() => target.control('DELETE', 'faults'));
afterAll(() => target.close());

const arm = async (fault: object) => (await target.control('POST', 'faults', fault)).json.id as string;
const armed = async () => (await target.control('GET', 'faults')).json as { id: string; struck: number }[];
const describeAll = () => target.ec2.send(new DescribeInstancesCommand({}));
const inZone = (zone: string) => ({ Placement: { AvailabilityZone: zone } });
const count = async () => (await describeAll()).Reservations?.length ?? 0;

describe('refusals', () => {
  it('throttle: 503, as often as asked, of that action alone', async () => {
    await arm({ kind: 'throttle', action: 'RunInstances', times: 2 });
    await expect(describeAll()).resolves.toBeDefined();
    for (let n = 0; n < 2; n++) {
      expect(await refusal(target.run())).toEqual({
        code: 'RequestLimitExceeded',
        message: 'Request limit exceeded.',
        status: 503,
      });
    }
    await expect(target.runOne()).resolves.toBeDefined();
    expect(await armed()).toEqual([]);
  });

  it('error: before any effect, until disarmed when times is 0', async () => {
    const { InstanceId } = await target.runningOne();
    const id = await arm({
      kind: 'error',
      action: 'TerminateInstances',
      code: 'InternalError',
      status: 500,
      message: 'no luck',
      times: 0,
    });
    const terminate = () => target.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
    for (let n = 0; n < 3; n++)
      expect(await refusal(terminate())).toEqual({ code: 'InternalError', message: 'no luck', status: 500 });
    expect((await target.describe(InstanceId)).State?.Name).toBe('running');
    expect(await armed()).toMatchObject([{ id, struck: 3 }]);
    expect((await target.control('DELETE', `faults/${id}`)).status).toBe(200);
    await terminate();
    expect((await target.control('DELETE', `faults/${id}`)).status).toBe(404);
  });

  it('are matched by tag of the instance that a call names', async () => {
    const marked = await target.runningOne({
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'run', Value: 'a' }] }],
    });
    const other = await target.runningOne();
    await arm({ kind: 'throttle', action: 'CreateTags', match: { tag: { run: 'a' } } });
    await arm({ kind: 'throttle', action: 'TerminateInstances', match: { tag: { run: 'a' } } });
    const terminate = (id: string) => target.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    await expect(terminate(other.InstanceId)).resolves.toBeDefined();
    expect((await refusal(terminate(marked.InstanceId))).code).toBe('RequestLimitExceeded');
  });
});

describe('no-capacity', () => {
  it('is for the matching pool; the message names the other zones', async () => {
    await arm({ kind: 'no-capacity', times: 0, match: { zone: 'us-east-1a', market: 'on-demand' } });
    expect(await refusal(target.run(inZone('us-east-1a')))).toEqual({
      code: 'InsufficientInstanceCapacity',
      status: 500,
      message:
        'We currently do not have sufficient t3.micro capacity in the Availability Zone you requested (us-east-1a). Our system will be working on provisioning additional capacity. You can currently get t3.micro capacity by not specifying an Availability Zone in your request or choosing us-east-1b, us-east-1c.',
    });
    await expect(target.runOne(inZone('us-east-1b'))).resolves.toBeDefined();
    const spot = { InstanceMarketOptions: { MarketType: 'spot' as const } };
    await expect(target.runOne({ ...inZone('us-east-1a'), ...spot })).resolves.toBeDefined();
    expect((await target.runOne()).Placement?.AvailabilityZone).not.toBe('us-east-1a');
  });

  it('on spot has its own words, and leaves no request behind', async () => {
    const requests = async () =>
      (await target.ec2.send(new DescribeSpotInstanceRequestsCommand({}))).SpotInstanceRequests?.length;
    const before = await requests();
    await arm({ kind: 'no-capacity', match: { market: 'spot' }, times: 0 });
    expect(await refusal(target.run({ InstanceMarketOptions: { MarketType: 'spot' } }))).toMatchObject({
      code: 'InsufficientInstanceCapacity',
      message: 'There is no Spot capacity available that matches your request.',
    });
    expect(await requests()).toBe(before);
  });

  it('with some remaining: the most possible between MinCount and MaxCount, none under MinCount', async () => {
    const before = await count();
    const zone = inZone('us-east-1c');
    await arm({ kind: 'no-capacity', remaining: 2, times: 0, match: { zone: 'us-east-1c' } });
    expect((await refusal(target.run({ ...zone, MinCount: 3, MaxCount: 5 }))).code).toBe(
      'InsufficientInstanceCapacity',
    );
    expect(await count()).toBe(before);
    expect(await target.run({ ...zone, MinCount: 1, MaxCount: 5 })).toHaveLength(2);
    expect((await refusal(target.run(zone))).code).toBe('InsufficientInstanceCapacity');
  });
});

describe('quota', () => {
  it('is VcpuLimitExceeded on demand, MaxSpotInstanceCountExceeded on spot', async () => {
    await arm({ kind: 'quota', times: 2, limit: 8, match: { instanceType: 'g5.xlarge' } });
    expect(await refusal(target.run({ InstanceType: 'g5.xlarge' }))).toMatchObject({
      code: 'VcpuLimitExceeded',
      message: expect.stringMatching(/^You have requested more vCPU capacity than your current vCPU limit of 8 allows/),
      status: 400,
    });
    expect(
      await refusal(target.run({ InstanceType: 'g5.xlarge', InstanceMarketOptions: { MarketType: 'spot' } })),
    ).toMatchObject({ code: 'MaxSpotInstanceCountExceeded', message: 'Max spot instance count exceeded' });
    await expect(target.runOne({ InstanceType: 'g5.xlarge' })).resolves.toBeDefined();
  });
});

describe('lost-reply', () => {
  it('the launch happens, the connection is cut; the same token finds it', async () => {
    const ClientToken = randomUUID();
    await arm({ kind: 'lost-reply', action: 'RunInstances' });
    await expect(target.run({ ClientToken })).rejects.toThrow(/socket hang up|ECONNRESET/);
    const { Reservations = [] } = await target.ec2.send(
      new DescribeInstancesCommand({ Filters: [{ Name: 'client-token', Values: [ClientToken] }] }),
    );
    const [made] = Reservations.flatMap((reservation) => reservation.Instances ?? []);
    expect(made?.InstanceId).toBeDefined();
    expect((await target.runOne({ ClientToken })).InstanceId).toBe(made?.InstanceId);
  });
});

describe('invisible', () => {
  it('the instance is missing from every Describe, by id and by tag, and then there', async () => {
    const begun = Date.now();
    await arm({ kind: 'invisible', seconds: 600 });
    const { InstanceId } = await target.runOne({ InstanceMarketOptions: { MarketType: 'spot' } });
    const stored = target.stored(InstanceId);
    if (!stored) throw new Error('nothing was launched');
    expect(stored.visibleFrom).toBeGreaterThanOrEqual(begun + 600_000);
    expect((await refusal(target.describe(InstanceId))).code).toBe('InvalidInstanceID.NotFound');
    const shown = async () => JSON.stringify(await describeAll()).includes(InstanceId);
    expect(await shown()).toBe(false);
    const volumes = await target.ec2.send(
      new DescribeVolumesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [InstanceId] }] }),
    );
    expect(volumes.Volumes).toEqual([]);
    const tagging = target.ec2.send(
      new CreateTagsCommand({ Resources: [InstanceId], Tags: [{ Key: 'a', Value: 'b' }] }),
    );
    expect((await refusal(tagging)).code).toBe('InvalidInstanceID.NotFound');
    stored.visibleFrom = Date.now() + 100;
    await until('it is shown', shown);
    expect((await target.describe(InstanceId)).InstanceId).toBe(InstanceId);
  });
});

describe('hosts', () => {
  const boot = (host = newKey(), key = newKey()) => ({
    host,
    key,
    UserData: Buffer.from(cloudConfig(host, key)).toString('base64'),
  });

  it('no-boot: running, and its SSH server never answers', async () => {
    await arm({ kind: 'no-boot' });
    const { key, UserData } = boot();
    const { PublicIpAddress = '' } = await target.runningOne({ UserData });
    await expect(login(PublicIpAddress, key, { readyTimeout: 500 })).rejects.toThrow(/Timed out/);
  });

  it('wrong-host-key: it proves another key', async () => {
    await arm({ kind: 'wrong-host-key' });
    const { host, key, UserData } = boot();
    const { PublicIpAddress = '' } = await target.runningOne({ UserData });
    const session = await until('a log-in', () => login(PublicIpAddress, key).catch(() => undefined));
    expect(session.hostKey).not.toBe(fingerprint(host.public));
    session.end();
  });

  it('partition: neither answers nor keeps connections, while work goes on; healing ends it', async () => {
    const machine = await bootMachine(target);
    const session = await machine.login();
    await session.run('(while :; do echo tick >> ticks; sleep 0.02; done) >/dev/null 2>&1 &');
    const { home } = (await target.control('GET', `instances/${machine.id}`)).json;
    const ticks = () => statSync(path.join(home, 'ticks'), { throwIfNoEntry: false })?.size ?? 0;
    const cut = new Promise<void>((resolve) => session.client.once('close', () => resolve()));
    await target.control('POST', `instances/${machine.id}/partition`, {});
    await cut;
    await expect(login(machine.address, machine.key, { readyTimeout: 400 })).rejects.toThrow(/Timed out/);
    expect((await target.describe(machine.id)).State?.Name).toBe('running');
    const before = ticks();
    await until('more ticks', async () => ticks() > before);
    await target.control('POST', `instances/${machine.id}/heal`);
    const again = await machine.login();
    again.end();
  });

  it('partition for some seconds heals by itself', async () => {
    const machine = await bootMachine(target);
    await target.control('POST', `instances/${machine.id}/partition`, { seconds: 0.3 });
    let patience = 200;
    const session = await until('a log-in', () => {
      // A busy machine may take longer over a log-in.
      patience *= 2;
      return login(machine.address, machine.key, { readyTimeout: patience }).catch(() => undefined);
    });
    session.end();
  });
});
