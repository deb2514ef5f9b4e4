import { type FakeDeps, HOST } from '../support/deps';
import { until } from '../support/until';
import { FINAL, start, supervised } from './support/supervised';

let deps: FakeDeps;
beforeEach(async () => {
  deps = await supervised();
});

test('a lost instance ends it at once when the host is silent, with the reason that comes later', async () => {
  deps.fakeAgent.down = new Error('refused');
  const { done } = start(deps);
  await until(() => deps.fakeWatcher.listening === 1);
  deps.fakeWatcher.show(HOST.instanceId, 'shutting-down');
  // The second listener is the one that waits for the reason.
  await until(() => deps.fakeWatcher.listening === 2);
  deps.fakeWatcher.show(HOST.instanceId, 'terminated', {
    stateReason: { code: 'Server.SpotInstanceTermination', message: 'Server.SpotInstanceTermination: Spot' },
  });
  const result = await done;
  expect(result).toMatchObject({ kind: 'lost', stateReason: 'Server.SpotInstanceTermination' });
  expect(result.detail).toBe(`lost ${HOST.instanceId}: terminated (Server.SpotInstanceTermination: Spot)`);
});

test('a host that still speaks while it shuts down may say its last word', async () => {
  const { done } = start(deps);
  const attachment = await deps.fakeAgent.attached(0);
  await until(() => attachment.commands.length > 0);
  deps.fakeWatcher.show(HOST.instanceId, 'shutting-down');
  attachment.say({ t: 'final', final: FINAL });
  expect((await done).kind).toBe('final');
});

test('an agent whose host was rebooted has no ending to tell: the attempt is lost, not failed', async () => {
  const { done } = start(deps);
  const gone = { ...FINAL, code: null, problems: ['the agent ended without its last word'] };
  (await deps.fakeAgent.attached(0)).say({ t: 'final', final: gone });
  const result = await done;
  expect(result).toMatchObject({ kind: 'lost', lastStep: 7 });
  expect(result.detail).toContain('the agent ended without its last word');
});

test('a host that knows of no training is lost', async () => {
  deps.fakeAgent.onAttach = (attachment) => {
    attachment.say({ t: 'error', code: 'not-started', message: 'none' } as never);
    attachment.close(1);
  };
  expect(await start(deps).done).toMatchObject({
    kind: 'lost',
    detail: expect.stringContaining('its training is gone'),
  });
});
