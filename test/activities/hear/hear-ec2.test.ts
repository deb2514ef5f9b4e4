import { createHearEc2 } from '../../../activities/hear/hear-ec2';
import { noticeOf } from '../../../activities/hear/notice';
import { HOST } from '../support/deps';
import { deps, env } from '../support/step';
import { until } from '../support/until';

const { instanceId, region, node } = HOST;
const hear = () => env().run(createHearEc2(deps), { instanceId, region, node });

test('a loss is told with its reason, also when EC2 gives that a moment later', async () => {
  const hearing = hear();
  await until(() => deps.fakeWatcher.listening > 0);
  deps.fakeWatcher.show(instanceId, 'running');
  deps.fakeWatcher.show(instanceId, 'shutting-down');
  await until(() => deps.fakeWatcher.listening > 0);
  const stateReason = { code: 'Server.SpotInstanceTermination', message: 'Server.SpotInstanceTermination: taken' };
  deps.fakeWatcher.show(instanceId, 'shutting-down', { stateReason });
  expect(await hearing).toEqual({
    kind: 'lost',
    detail: `lost ${instanceId}: shutting-down (Server.SpotInstanceTermination: taken)`,
    stateReason: 'Server.SpotInstanceTermination',
  });
});

test.each(['stopping', 'stopped', 'terminated', 'gone'] as const)('an instance that is %s is lost', async (state) => {
  deps.fakeWatcher.show(instanceId, state, { stateReason: { code: 'Client.UserInitiatedShutdown', message: '' } });
  expect(await hear()).toMatchObject({ kind: 'lost', stateReason: 'Client.UserInitiatedShutdown' });
});

test('a spot request that is marked is a notice', async () => {
  const hearing = hear();
  await until(() => deps.fakeWatcher.listening > 0);
  const statusAt = Date.parse('2026-11-30T12:00:00Z');
  deps.fakeWatcher.mark(instanceId, { status: 'marked-for-termination', statusAt });
  const notice = { source: 'spot', action: 'terminate', time: '2026-11-30T12:02:00.000Z' };
  expect(await hearing).toEqual({ kind: 'notice', notice });
  expect(noticeOf({ status: 'marked-for-stop' }, statusAt)).toEqual({ ...notice, action: 'stop' });
});

test('it listens until it is cancelled', async () => {
  const mock = env();
  const hearing = mock.run(createHearEc2(deps), { instanceId, region, node }).catch((error: Error) => error.name);
  await until(() => deps.fakeWatcher.listening > 0);
  mock.cancel();
  expect(await hearing).toBe('CancelledFailure');
  expect(deps.fakeWatcher.listening).toBe(0);
});
