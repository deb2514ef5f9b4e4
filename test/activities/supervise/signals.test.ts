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

test('maintenance is told once, and that it is off, by an agent that says it to whoever attaches', async () => {
  const { done } = start(deps);
  const attachment = await deps.fakeAgent.attached(0);
  const later = { source: 'maintenance', action: 'system-reboot', time: '2099-01-21T09:00:43.000Z' } as const;
  for (const notice of [null, later, later, null]) attachment.say({ t: 'scheduled', notice });
  attachment.say({ t: 'final', final: FINAL });
  expect((await done).notice).toBeUndefined();
  expect(deps.events.map(({ event }) => event)).toEqual(
    [null, later, null].map((notice) => ({ kind: 'scheduled', notice })),
  );
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

test('a host that says something else each time costs its run no more than so many events', async () => {
  const { done } = start(deps);
  const attachment = await deps.fakeAgent.attached(0);
  const at = new Date().toISOString();
  for (let number = 1; number <= 50; number += 1) {
    attachment.say({ t: 'alert', number, kind: 'nan', message: `alert ${number}`, at });
    attachment.say({ t: 'notice', notice: { ...NOTICE, action: `action ${number}` } });
    attachment.say({ t: 'warning', message: `warning ${number}` });
    attachment.say({ t: 'checkpoint-failed', message: `reason ${number}` });
  }
  attachment.say({ t: 'final', final: FINAL });
  await done;
  const count = (kind: string): number => deps.events.filter(({ event }) => event.kind === kind).length;
  expect(['alert', 'notice', 'warning', 'checkpoint-failed'].map(count)).toEqual([12, 10, 10, 5]);
});

test('a signal is sent until Temporal takes it', async () => {
  const take = deps.signalRun;
  let tries = 0;
  deps.signalRun = (run, event) => {
    tries += 1;
    return tries === 1 ? Promise.reject(new Error('no server')) : take(run, event);
  };
  const { done } = start(deps);
  const attachment = await deps.fakeAgent.attached(0);
  attachment.say({ t: 'notice', notice: NOTICE });
  await until(() => deps.events.some(({ event }) => event.kind === 'notice'));
  attachment.say({ t: 'final', final: FINAL });
  await done;
});

test('a run that has ended is told nothing again', async () => {
  let tries = 0;
  deps.signalRun = () => {
    tries += 1;
    return Promise.reject(Object.assign(new Error('workflow execution already completed'), { code: 5 }));
  };
  const { done } = start(deps);
  const attachment = await deps.fakeAgent.attached(0);
  attachment.say({ t: 'notice', notice: NOTICE });
  await until(() => tries === 1);
  attachment.say({ t: 'final', final: FINAL });
  await done;
  expect(tries).toBe(1);
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
