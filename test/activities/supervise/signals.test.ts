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

test('alerts are told once each, however often the agent repeats them', async () => {
  const { done } = start(deps);
  const attachment = await deps.fakeAgent.attached(0);
  const now = new Date().toISOString();
  const before = '2026-11-01T12:00:00.000Z';
  for (const number of [1, 1, 2, 1, 2])
    attachment.say({ t: 'alert', number, kind: 'nan', message: `alert ${number}`, at: number === 1 ? before : now });
  attachment.say({ t: 'final', final: FINAL });
  await done;
  expect(deps.events.map(({ event }) => event)).toEqual([
    { kind: 'alert', number: 1, alert: 'nan', message: `alert 1 (so its host at ${before})` },
    { kind: 'alert', number: 2, alert: 'nan', message: 'alert 2' },
  ]);
});

test('a signal that cannot be sent fails nothing', async () => {
  deps.signalRun = () => Promise.reject(new Error('no server'));
  const { done } = start(deps);
  const attachment = await deps.fakeAgent.attached(0);
  attachment.say({ t: 'notice', notice: NOTICE });
  attachment.say({ t: 'final', final: FINAL });
  expect((await done).kind).toBe('final');
});

test('the first step of an attempt that may have gone on from another is told once', async () => {
  const { done } = start(deps);
  const attachment = await deps.fakeAgent.attached(0);
  const beat = { t: 'beat', logBytes: 0, logUploaded: 0, metrics: null } as const;
  attachment.say({ ...beat, step: null, firstStep: null });
  attachment.say({ ...beat, step: 601, firstStep: 601 });
  attachment.say({ ...beat, step: 602, firstStep: 601 });
  attachment.say({ t: 'final', final: FINAL });
  expect(await done).toMatchObject({ firstStep: 601 });
  expect(deps.events.map(({ event }) => event)).toEqual([{ kind: 'first-step', step: 601 }]);
});
