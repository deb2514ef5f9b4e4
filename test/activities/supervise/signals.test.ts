import type { FakeDeps } from '../support/deps';
import { until } from '../support/until';
import { FINAL, NOTICE, start, supervised } from './support/supervised';

let deps: FakeDeps;
beforeEach(async () => {
  deps = await supervised();
});

test('a checkpoint that fails is told, once for each reason, however often it is said', async () => {
  const { done } = start(deps);
  const attachment = await deps.fakeAgent.attached(0);
  for (const why of ['AccessDenied', 'AccessDenied', 'no space', 'AccessDenied', 'c', 'd', 'e', 'f'])
    attachment.say({ t: 'checkpoint-failed', message: why });
  attachment.say({ t: 'final', final: FINAL });
  await done;
  expect(deps.events.map(({ event }) => event)).toEqual(
    ['AccessDenied', 'no space', 'c', 'd', 'e'].map((why) => ({ kind: 'checkpoint-failed', why })),
  );
});

test('a warning is told once, however often it is said', async () => {
  const { done } = start(deps);
  const attachment = await deps.fakeAgent.attached(0);
  for (const message of ['a', 'a', 'b', 'a']) attachment.say({ t: 'warning', message });
  attachment.say({ t: 'final', final: FINAL });
  await done;
  expect(deps.events.map(({ event }) => event)).toEqual(['a', 'b'].map((message) => ({ kind: 'warning', message })));
});

test('a notice is signalled at once, once, and is part of the result', async () => {
  const { done } = start(deps);
  const attachment = await deps.fakeAgent.attached(0);
  attachment.say({ t: 'notice', notice: NOTICE });
  attachment.say({ t: 'notice', notice: NOTICE });
  await until(() => deps.events.length > 0);
  expect(deps.events).toEqual([
    { attempt: 2, node: 0, epoch: 1_000_000_001, sequence: 1, event: { kind: 'notice', notice: NOTICE } },
  ]);
  attachment.say({ t: 'final', final: { ...FINAL, code: null, signal: 'SIGTERM', stoppedBy: 'notice' } });
  expect((await done).notice).toEqual(NOTICE);
  expect(deps.events).toHaveLength(1);
});

test('a signal that cannot be sent fails nothing', async () => {
  deps.signalRun = () => Promise.reject(new Error('no server'));
  const { done } = start(deps);
  const attachment = await deps.fakeAgent.attached(0);
  attachment.say({ t: 'notice', notice: NOTICE });
  attachment.say({ t: 'final', final: FINAL });
  expect((await done).kind).toBe('final');
});
