import {
  CancelSpotInstanceRequestsCommand,
  DescribeSpotInstanceRequestsCommand,
  DescribeSpotPriceHistoryCommand,
  type RunInstancesCommandInput,
  type SpotInstanceRequest,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { suite } from '../clouds';
import { openTarget, PATIENCE_SECONDS, refusal, type Target } from '../support/target';
import { until } from '../support/until';

const { describe, it } = suite('ec2 › spot');

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

const SPOT: Partial<RunInstancesCommandInput> = { InstanceMarketOptions: { MarketType: 'spot' } };
const PERSISTENT: Partial<RunInstancesCommandInput> = {
  InstanceMarketOptions: {
    MarketType: 'spot',
    SpotOptions: { SpotInstanceType: 'persistent', InstanceInterruptionBehavior: 'stop' },
  },
};

async function requestOf(id: string): Promise<SpotInstanceRequest> {
  const { SpotInstanceRequests = [] } = await target.ec2.send(
    new DescribeSpotInstanceRequestsCommand({ SpotInstanceRequestIds: [id] }),
  );
  return SpotInstanceRequests[0] ?? {};
}

const reaches = (id: string, code: string) =>
  until(
    `${id} ${code}`,
    async () => {
      const request = await requestOf(id);
      return request.Status?.Code === code && request;
    },
    PATIENCE_SECONDS,
  );

describe('a spot launch', () => {
  it('gives an instance with lifecycle and an active, fulfilled, tagged request', async () => {
    const Tags = [{ Key: 'purpose', Value: 'spot' }];
    const instance = await target.runOne({
      ...SPOT,
      TagSpecifications: [{ ResourceType: 'spot-instances-request', Tags }],
    });
    expect(instance).toMatchObject({ InstanceLifecycle: 'spot' });
    const id = instance.SpotInstanceRequestId ?? '';
    expect(id).toMatch(/^sir-[0-9a-z]{8}$/);
    expect(await requestOf(id)).toMatchObject({
      State: 'active',
      Status: { Code: 'fulfilled', Message: 'Your spot request is fulfilled.' },
      Type: 'one-time',
      InstanceInterruptionBehavior: 'terminate',
      InstanceId: instance.InstanceId,
      LaunchedAvailabilityZone: instance.Placement?.AvailabilityZone,
      LaunchSpecification: { InstanceType: 't3.micro', ImageId: target.imageId },
      Tags,
    });
    expect((await requestOf(id)).SpotPrice).toMatch(/^\d+\.\d{6}$/);
  });

  it('a terminate by the user closes the request', async () => {
    const { InstanceId, SpotInstanceRequestId = '' } = await target.runningOne(SPOT);
    await target.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
    const closed = await reaches(SpotInstanceRequestId, 'instance-terminated-by-user');
    expect(closed.State).toBe('closed');
  });

  it('a one-time spot instance cannot be stopped', async () => {
    const { InstanceId } = await target.runningOne(SPOT);
    expect(await refusal(target.ec2.send(new StopInstancesCommand({ InstanceIds: [InstanceId] })))).toMatchObject({
      code: 'UnsupportedOperation',
      message: `You can't stop the Spot Instance '${InstanceId}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.`,
    });
  });

  it('a persistent one can: the request is disabled meanwhile', async () => {
    const { InstanceId, SpotInstanceRequestId = '' } = await target.runningOne(PERSISTENT);
    await target.ec2.send(new StopInstancesCommand({ InstanceIds: [InstanceId] }));
    await target.reaches(InstanceId, 'stopped');
    expect((await reaches(SpotInstanceRequestId, 'instance-stopped-by-user')).State).toBe('disabled');
    await target.ec2.send(new CancelSpotInstanceRequestsCommand({ SpotInstanceRequestIds: [SpotInstanceRequestId] }));
    await target.reaches(InstanceId, 'terminated');
    expect((await requestOf(SpotInstanceRequestId)).State).toBe('cancelled');
  });

  it('the end of its instance opens a persistent request again, until it is cancelled', async () => {
    const { InstanceId, SpotInstanceRequestId = '' } = await target.runningOne(PERSISTENT);
    await target.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
    await until('open again', async () => (await requestOf(SpotInstanceRequestId)).State === 'open', PATIENCE_SECONDS);
    await target.ec2.send(new CancelSpotInstanceRequestsCommand({ SpotInstanceRequestIds: [SpotInstanceRequestId] }));
    expect((await requestOf(SpotInstanceRequestId)).State).toBe('cancelled');
  });

  it('ValidUntil and an interruption behaviour other than terminate need a persistent request', async () => {
    const call = (SpotOptions: object) => target.run({ InstanceMarketOptions: { MarketType: 'spot', SpotOptions } });
    expect((await refusal(call({ InstanceInterruptionBehavior: 'stop' }))).code).toMatch(/^InvalidParameter/);
    expect((await refusal(call({ ValidUntil: new Date(Date.now() + 3_600_000) }))).code).toMatch(/^InvalidParameter/);
  });
});

describe('cancelling a request', () => {
  const cancel = (id: string) =>
    target.ec2.send(new CancelSpotInstanceRequestsCommand({ SpotInstanceRequestIds: [id] }));

  it('leaves a running instance alone; its later end leaves the request cancelled', async () => {
    const { InstanceId, SpotInstanceRequestId: id = '' } = await target.runningOne(SPOT);
    expect((await cancel(id)).CancelledSpotInstanceRequests).toEqual([
      { SpotInstanceRequestId: id, State: 'cancelled' },
    ]);
    expect((await reaches(id, 'request-canceled-and-instance-running')).State).toBe('cancelled');
    expect((await target.describe(InstanceId)).State?.Name).toBe('running');
    await target.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
    expect((await reaches(id, 'instance-terminated-by-user')).State).toBe('cancelled');
    await expect(cancel(id)).resolves.toBeDefined();
  });

  it('an unknown id is InvalidSpotInstanceRequestID.NotFound', async () => {
    expect(await refusal(cancel('sir-00000000'))).toMatchObject({
      code: 'InvalidSpotInstanceRequestID.NotFound',
      message: "The spot instance request ID 'sir-00000000' does not exist",
    });
  });
});

describe('price history', () => {
  const history = async (input: object) =>
    target.ec2.send(
      new DescribeSpotPriceHistoryCommand({
        InstanceTypes: ['g5.xlarge'],
        ProductDescriptions: ['Linux/UNIX'],
        ...input,
      }),
    );

  it('has strings for prices, newest first', async () => {
    const { SpotPriceHistory = [] } = await history({ StartTime: new Date(Date.now() - 2 * 86_400_000) });
    expect(SpotPriceHistory.length).toBeGreaterThan(3);
    for (const entry of SpotPriceHistory) {
      expect(entry).toMatchObject({ InstanceType: 'g5.xlarge', ProductDescription: 'Linux/UNIX' });
      expect(entry.SpotPrice).toMatch(/^\d+\.\d{6}$/);
    }
    const times = SpotPriceHistory.map((entry) => entry.Timestamp?.getTime() ?? 0);
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  it('asked for now, still gives the last change of each zone', async () => {
    const { SpotPriceHistory = [] } = await history({ StartTime: new Date() });
    expect(SpotPriceHistory.length).toBeGreaterThanOrEqual(2);
    const [zone] = SpotPriceHistory.map((entry) => entry.AvailabilityZone ?? '');
    const one = await history({ StartTime: new Date(), AvailabilityZone: zone });
    expect(one.SpotPriceHistory?.map((entry) => entry.AvailabilityZone)).toEqual([zone]);
  });
});
