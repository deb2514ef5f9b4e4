import { createHearEc2 } from '../../../activities/hear/hear-ec2';
import { isNear, maintenanceNotice, noticeOf } from '../../../activities/hear/notice';
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
  const by = (status: string) => noticeOf({ status }, statusAt).action;
  expect(by('marked-for-stop-by-experiment')).toBe('stop');
  expect(by('instance-terminated-by-experiment')).toBe('terminate');
});

describe('maintenance', () => {
  const NOW = Date.parse('2026-11-30T12:00:00Z');
  const event = (seconds: number) => ({ instanceId, code: 'system-reboot', notBefore: NOW + seconds * 1000 });

  test('is a notice when it is near: so long ahead, or when nobody says when', () => {
    const near = (seconds: number) => isNear(event(seconds), 900, NOW);
    expect([near(-60), near(900), near(901), near(14 * 86_400)]).toEqual([true, true, false, false]);
    expect(isNear({ instanceId, code: 'instance-stop' }, 900)).toBe(true);
    const notice = { source: 'maintenance', action: 'system-reboot', time: '2026-11-30T12:02:00.000Z' };
    // What is overdue may come at any moment: there may be two minutes left.
    for (const one of [event(120), event(-3600), { instanceId, code: 'system-reboot' }]) {
      expect(maintenanceNotice(one, NOW)).toEqual(notice);
    }
  });

  test('is told once when it is not, and only to a workflow that asks for it', async () => {
    const later = { code: 'system-reboot', notBefore: Date.now() + 14 * 86_400_000 };
    const soon = { code: 'system-reboot', notBefore: Date.now() + 60_000 };
    const scheduled = { kind: 'scheduled', notice: maintenanceNotice({ instanceId, ...later }) };
    const args = { instanceId, region, node };
    const said = async (more: object, ...events: (typeof later)[]) => {
      const hearing = env().run(createHearEc2(deps), { ...args, ...more });
      await until(() => deps.fakeWatcher.listening > 0);
      for (const one of events) deps.fakeWatcher.schedule(instanceId, one);
      return hearing;
    };
    const near = { kind: 'notice', notice: maintenanceNotice({ instanceId, ...soon }) };
    expect(await said({ scheduled: [] }, later)).toEqual(scheduled);
    expect(await said({ scheduled: [scheduled.notice] }, later, soon)).toEqual(near);
    expect(await said({}, later, soon)).toEqual(near);
    // A long grace wants more time.
    expect(await said({ leadSeconds: 15 * 86_400 }, later)).toMatchObject({ kind: 'notice' });
    const lost = said({ lossOnly: true }, soon);
    await until(() => deps.fakeWatcher.listening > 0);
    deps.fakeWatcher.mark(instanceId, { status: 'marked-for-stop' });
    deps.fakeWatcher.show(instanceId, 'stopped', { stateReason: { code: 'Server.ScheduledStop', message: '' } });
    expect(await lost).toMatchObject({ kind: 'lost', stateReason: 'Server.ScheduledStop' });
  });
});

test('it listens until it is cancelled', async () => {
  const mock = env();
  const hearing = mock.run(createHearEc2(deps), { instanceId, region, node }).catch((error: Error) => error.name);
  await until(() => deps.fakeWatcher.listening > 0);
  mock.cancel();
  expect(await hearing).toBe('CancelledFailure');
  expect(deps.fakeWatcher.listening).toBe(0);
});
