import { connectSeconds, isUnreachable, reconnectDelay, settlingMs } from '../../../activities/supervise/reconnect';
import { HostKeyMismatchError } from '../../../adapters/ssh';
import { type FakeDeps, HOST } from '../support/deps';
import { until } from '../support/until';
import { FINAL, start, supervised } from './support/supervised';

test('waits between reconnects double from 0.2 s to 5 s', () => {
  const waits = [0, 1, 2, 3, 4, 5, 60].map((tries) => reconnectDelay(tries, () => 0.5));
  expect(waits).toEqual([200, 400, 800, 1600, 3200, 5000, 5000]);
  expect(reconnectDelay(9, () => 0)).toBe(4500);
});

test('silence counts only past the limit, and after several tries', () => {
  expect(isUnreachable({ silentMs: 600_001, tries: 9, limitSeconds: 600 })).toBe(true);
  expect(isUnreachable({ silentMs: 600_000, tries: 9, limitSeconds: 600 })).toBe(false);
  expect(isUnreachable({ silentMs: 8 * 3600_000, tries: 1, limitSeconds: 600 })).toBe(false);
});

test('a link that flaps all day is reported some tens of times', () => {
  let time = 0;
  let reports = 0;
  while (time < 24 * 3600_000) {
    time += Math.max(10_000, settlingMs(reports));
    reports += 1;
  }
  expect(settlingMs(0)).toBe(1500);
  expect(reports).toBeLessThan(350);
});

test('several tries to connect fit into a short limit', () => {
  expect([1, 5, 20, 600].map(connectSeconds)).toEqual([2, 2, 5, 10]);
});

let deps: FakeDeps;
beforeEach(async () => {
  deps = await supervised();
});

test('attaches again with a higher epoch after a cut; says so only when it lasted', async () => {
  const { done } = start(deps);
  const first = await deps.fakeAgent.attached(0);
  first.hello();
  await until(() => first.commands.length > 0);
  first.close(null);
  const second = await deps.fakeAgent.attached(1);
  expect(second.epoch).toBeGreaterThan(first.epoch);
  deps.fakeAgent.down = new Error('connection refused');
  second.close(null);
  await until(() => deps.events.length === 1);
  expect(deps.events[0]?.event.kind).toBe('disconnected');
  deps.fakeAgent.down = undefined;
  const third = await deps.fakeAgent.attached(2);
  await until(() => deps.events.length === 2);
  expect(deps.events[1]).toMatchObject({ epoch: third.epoch, sequence: 2, event: { kind: 'reconnected' } });
  third.say({ t: 'final', final: FINAL });
  await done;
});

test('unreachable: only past the limit, and only on the word of EC2', async () => {
  deps.fakeAgent.down = new Error('no route to host');
  deps.fakeEc2.error = new Error('EC2 cannot be asked');
  const { done } = start(deps, { unreachableSeconds: 1 });
  let over = false;
  void done.then(() => {
    over = true;
  });
  await until(() => deps.fakeAgent.addresses.length > 3);
  expect(over).toBe(false);
  deps.fakeEc2.error = undefined;
  deps.fakeEc2.instances = [{ id: HOST.instanceId, state: 'running', volumeIds: [], tags: {} }];
  const result = await done;
  expect(result.kind).toBe('unreachable');
  expect(result.detail).toMatch(/has not answered for \d+ s .* EC2 shows it running: no route to host/);
});

test('another host key is no end, because the host may be elsewhere by now: told as such, and unreachable past the limit', async () => {
  deps.fakeAgent.down = new Error('connection refused');
  deps.fakeEc2.instances = [{ id: HOST.instanceId, state: 'running', volumeIds: [], tags: {} }];
  // Worse news than silence, met as soon as that has been told: told, too, once.
  deps.signalRun = async (_run, event) => {
    deps.events.push(event);
    deps.fakeAgent.down = new HostKeyMismatchError('127.0.0.1', 22, 'SHA256:ours', 'SHA256:theirs');
  };
  const { done } = start(deps, { unreachableSeconds: 3 });
  const result = await done;
  expect(deps.events.map(({ event }) => event)).toEqual([
    { kind: 'disconnected', why: expect.stringContaining('connection refused') },
    { kind: 'disconnected', why: expect.stringContaining('proved host key SHA256:theirs instead of SHA256:ours') },
  ]);
  expect(result.kind).toBe('unreachable');
  expect(result.detail).toMatch(/was never connected to again for \d+ s .* proved host key SHA256:theirs/);
});

test('reconnects to the address that the instance has now, and says where', async () => {
  deps.fakeAgent.down = new HostKeyMismatchError('127.0.0.1', 22, 'SHA256:ours', 'SHA256:theirs');
  const { done } = start(deps);
  deps.fakeWatcher.show(HOST.instanceId, 'running', { publicAddress: '127.9.9.9' });
  await until(() => deps.fakeAgent.addresses.includes('127.9.9.9'));
  deps.fakeAgent.down = undefined;
  const attachment = await deps.fakeAgent.attached(0);
  await until(() => deps.events.some(({ event }) => event.kind === 'reconnected'));
  expect(deps.events.at(-1)?.event).toEqual({ kind: 'reconnected', address: '127.9.9.9' });
  attachment.say({ t: 'final', final: FINAL });
  await done;
});
