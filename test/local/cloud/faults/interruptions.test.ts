import {
  DescribeSpotInstanceRequestsCommand,
  type RunInstancesCommandInput,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { openTarget, type Target } from '../support/target';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

const SPOT: Partial<RunInstancesCommandInput> = { InstanceMarketOptions: { MarketType: 'spot' } };
const post = (id: string, what: string, body = {}) => target.control('POST', `instances/${id}/${what}`, body);
async function request(id = '') {
  const { SpotInstanceRequests = [] } = await target.ec2.send(
    new DescribeSpotInstanceRequestsCommand({ SpotInstanceRequestIds: [id] }),
  );
  return { state: SpotInstanceRequests[0]?.State, code: SpotInstanceRequests[0]?.Status?.Code };
}
const TAKEN = {
  Code: 'Server.SpotInstanceTermination',
  Message: 'Server.SpotInstanceTermination: Spot instance termination',
};

it('with notice: marked for termination, running until the time, then taken for lack of capacity', async () => {
  const { InstanceId, SpotInstanceRequestId } = await target.runningOne(SPOT);
  expect((await post(InstanceId, 'interrupt', { noticeSeconds: 600 })).status).toBe(200);
  expect(await request(SpotInstanceRequestId)).toEqual({ state: 'active', code: 'marked-for-termination' });
  expect((await target.describe(InstanceId)).State?.Name).toBe('running');
  // Announced anew, for sooner.
  const begun = Date.now();
  await post(InstanceId, 'interrupt', { noticeSeconds: 0.5 });
  const gone = await target.reaches(InstanceId, 'terminated');
  expect(Date.now() - begun).toBeGreaterThanOrEqual(500);
  expect(gone.StateReason).toEqual(TAKEN);
  expect(gone.StateTransitionReason).toMatch(/^Service initiated \(.* GMT\)$/);
  expect(await request(SpotInstanceRequestId)).toEqual({ state: 'closed', code: 'instance-terminated-no-capacity' });
});

it('without notice: at once', async () => {
  const { InstanceId } = await target.runningOne(SPOT);
  await post(InstanceId, 'interrupt', { noticeSeconds: 0 });
  expect((await target.describe(InstanceId)).State?.Name).toBe('shutting-down');
});

it('a terminate by the user during the notice wins', async () => {
  const { InstanceId, SpotInstanceRequestId } = await target.runningOne(SPOT);
  await post(InstanceId, 'interrupt', { noticeSeconds: 60 });
  await target.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
  const gone = await target.reaches(InstanceId, 'terminated');
  expect(gone.StateReason?.Code).toBe('Client.UserInitiatedShutdown');
  expect((await request(SpotInstanceRequestId)).code).toBe('instance-terminated-by-user');
});

it('stop: a persistent request is disabled, the instance kept', async () => {
  const { InstanceId, SpotInstanceRequestId } = await target.runningOne({
    InstanceMarketOptions: {
      MarketType: 'spot',
      SpotOptions: { SpotInstanceType: 'persistent', InstanceInterruptionBehavior: 'stop' },
    },
  });
  await post(InstanceId, 'interrupt', { action: 'stop', noticeSeconds: 600 });
  expect((await request(SpotInstanceRequestId)).code).toBe('marked-for-stop');
  await post(InstanceId, 'interrupt', { action: 'stop', noticeSeconds: 0.1 });
  const stopped = await target.reaches(InstanceId, 'stopped');
  expect(stopped.StateReason?.Code).toBe('Server.SpotInstanceShutdown');
  expect(await request(SpotInstanceRequestId)).toEqual({ state: 'disabled', code: 'instance-stopped-no-capacity' });
});

it('kill: gone with the reason asked for', async () => {
  const spot = await target.runningOne(SPOT);
  await post(spot.InstanceId, 'kill');
  expect((await target.reaches(spot.InstanceId, 'terminated')).StateReason).toEqual(TAKEN);
  const other = await target.runningOne();
  await post(other.InstanceId, 'kill', { stateReason: 'Server.InternalError' });
  expect((await target.reaches(other.InstanceId, 'terminated')).StateReason?.Code).toBe('Server.InternalError');
});

it('is refused for what cannot be interrupted', async () => {
  const { InstanceId } = await target.runningOne();
  expect((await post(InstanceId, 'interrupt')).status).toBe(409);
  expect((await post('i-00000000000000000', 'interrupt')).status).toBe(404);
  const spot = await target.runningOne(SPOT);
  expect((await post(spot.InstanceId, 'interrupt', { action: 'explode' })).status).toBe(400);
  expect((await post(spot.InstanceId, 'interrupt', { noticeSeconds: -1 })).status).toBe(400);
  await post(spot.InstanceId, 'kill');
  expect((await post(spot.InstanceId, 'interrupt')).status).toBe(409);
});
