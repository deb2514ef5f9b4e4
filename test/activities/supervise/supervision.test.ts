import { ActivityCancellationDetails } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { SpecStore } from '../../../activities/spec-store';
import { createSupervise } from '../../../activities/supervise';
import { HostKeyMismatchError } from '../../../adapters/ssh';
import { finalKey, type HostFinal, type SuperviseArgs, type SuperviseResult } from '../../../contract';
import { specOf } from '../../support/spec';
import { type FakeDeps, failureOf, fakeDeps, HOST, storeSpec } from '../support/deps';
import { until } from '../support/until';

const NOTICE = { source: 'spot', action: 'terminate', time: '2026-11-23T00:02:00Z' } as const;

const FINAL: HostFinal = {
  code: 0,
  signal: null,
  stoppedBy: null,
  tail: '',
  logBytes: 99,
  logUploaded: 99,
  step: 7,
  metrics: { loss: 0.5 },
  checkpoint: { step: 7, key: 'p/runs/x/checkpoints/7/manifest.json', bytes: 5 },
  outputs: [],
  problems: [],
  notice: null,
};

let deps: FakeDeps;
beforeEach(async () => {
  deps = fakeDeps();
  await storeSpec(deps, specOf());
  deps.fakeWatcher.show(HOST.instanceId, 'running');
});

// A test that fails must not leave its supervision behind.
const running: MockActivityEnvironment[] = [];
afterEach(() => {
  for (const env of running.splice(0)) env.cancel();
});

const args = (over: Partial<SuperviseArgs> = {}): SuperviseArgs => ({
  host: HOST,
  leaseSeconds: 1800,
  hostDeadline: Math.floor(Date.now() / 1000) + 7200,
  unreachableSeconds: 600,
  ...over,
});

function start(
  over: Partial<SuperviseArgs> = {},
  info: ConstructorParameters<typeof MockActivityEnvironment>[0] = {},
): { env: MockActivityEnvironment; done: Promise<SuperviseResult>; beats: unknown[] } {
  const env = new MockActivityEnvironment({ currentAttemptScheduledTimestampMs: 1_000_000, ...info });
  running.push(env);
  const beats: unknown[] = [];
  env.on('heartbeat', (details) => beats.push(details));
  const done = env.run(createSupervise(deps, new SpecStore(deps.store, 'p/')), args(over)) as Promise<SuperviseResult>;
  done.catch(() => undefined);
  return { env, done, beats };
}

test('a checkpoint that fails is told, once for each reason, however often it is said', async () => {
  const { done } = start();
  const attachment = await deps.fakeAgent.attached(0);
  for (const why of ['AccessDenied', 'AccessDenied', 'no space', 'AccessDenied', 'c', 'd', 'e', 'f'])
    attachment.say({ t: 'checkpoint-failed', message: why });
  attachment.say({ t: 'final', final: FINAL });
  await done;
  expect(deps.events.map(({ event }) => event)).toEqual(
    ['AccessDenied', 'no space', 'c', 'd', 'e'].map((why) => ({ kind: 'checkpoint-failed', why })),
  );
});

test('stays until the final word, and returns it with the last checkpoint', async () => {
  const { done, beats } = start();
  const attachment = await deps.fakeAgent.attached(0);
  attachment.say({ t: 'checkpoint', step: 5, key: 'k5', bytes: 3, seconds: 1, why: 'periodic' });
  attachment.say({ t: 'final', final: FINAL });
  const result = await done;
  expect(result).toMatchObject({ kind: 'final', final: FINAL, lastStep: 7, detail: 'exited 0 at step 7' });
  expect(result.lastCheckpoint).toEqual({ ...FINAL.checkpoint, attempt: 2 });
  expect(beats).toContainEqual(expect.objectContaining({ epoch: 1_000_000_001, step: 1 }));
  expect(beats).toContainEqual(expect.objectContaining({ checkpoint: { step: 5, attempt: 2, key: 'k5', bytes: 3 } }));
  expect(deps.fakeWatcher.listening).toBe(0);
  await until(() => attachment.detached);
});

test('renews the lease at once, with grants for the node and each output elsewhere, never past the host deadline', async () => {
  await storeSpec(deps, specOf({ outputs: [{ from: 'out/' }, { from: 'm', to: 's3://other/results' }] }));
  const hostDeadline = Math.floor(Date.now() / 1000) + 100;
  const { done } = start({ hostDeadline });
  const attachment = await deps.fakeAgent.attached(0);
  await until(() => attachment.commands.length > 0);
  expect(attachment.commands[0]).toMatchObject({
    t: 'renew',
    leaseUntil: hostDeadline,
    grants: {
      node: { keyPrefix: 'p/runs/0123456789abcdef/a/2/0/' },
      outputs: { 1: { url: 'http://s3.test/other', keyPrefix: 'results/' } },
    },
  });
  attachment.say({ t: 'final', final: FINAL });
  await done;
});

test('renews at a quarter of the lease, and signs new grants only past half of their life', async () => {
  const { done } = start({ leaseSeconds: 1 });
  const attachment = await deps.fakeAgent.attached(0);
  await until(() => attachment.commands.length >= 3);
  expect(attachment.commands.map((command) => 'grants' in command)).toEqual([true, false, false]);
  attachment.say({ t: 'final', final: FINAL });
  await done;
});

test('a notice is signalled at once, once, and is part of the result', async () => {
  const { done } = start();
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
  const { done } = start();
  const attachment = await deps.fakeAgent.attached(0);
  attachment.say({ t: 'notice', notice: NOTICE });
  attachment.say({ t: 'final', final: FINAL });
  expect((await done).kind).toBe('final');
});

test('attaches again with a higher epoch after a cut; says so only when it lasted', async () => {
  const { done } = start();
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
}, 15_000);

test('the next try attaches above the epoch of the last heartbeat, and keeps what it knew', async () => {
  const checkpoint = { step: 3, attempt: 2, key: 'k3' };
  const { done } = start(
    {},
    { heartbeatDetails: { epoch: 5e12, heardAt: Date.now(), logBytes: 4, step: 3, checkpoint, notice: NOTICE } },
  );
  const attachment = await deps.fakeAgent.attached(0);
  expect(attachment.epoch).toBe(5e12 + 1);
  deps.fakeWatcher.show(HOST.instanceId, 'terminated', { stateReason: { code: 'Server.SpotX', message: 'taken' } });
  const result = await done;
  expect(result).toMatchObject({
    kind: 'lost',
    lastCheckpoint: checkpoint,
    notice: NOTICE,
    stateReason: 'Server.SpotX',
  });
});

test('a lost instance ends it at once when the host is silent, with the reason that comes later', async () => {
  deps.fakeAgent.down = new Error('refused');
  const { done } = start();
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
  const { done } = start();
  const attachment = await deps.fakeAgent.attached(0);
  await until(() => attachment.commands.length > 0);
  deps.fakeWatcher.show(HOST.instanceId, 'shutting-down');
  attachment.say({ t: 'final', final: FINAL });
  expect((await done).kind).toBe('final');
});

test('unreachable: only past the limit, and only on the word of EC2', async () => {
  deps.fakeAgent.down = new Error('no route to host');
  deps.fakeEc2.error = new Error('EC2 cannot be asked');
  const { done } = start({ unreachableSeconds: 1 });
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
}, 30_000);

test('another host key is no end, because the host may be elsewhere by now: told as such, and unreachable past the limit', async () => {
  deps.fakeAgent.down = new Error('connection refused');
  deps.fakeEc2.instances = [{ id: HOST.instanceId, state: 'running', volumeIds: [], tags: {} }];
  const { done } = start({ unreachableSeconds: 3 });
  await until(() => deps.events.length === 1);
  // Worse news than silence: told, too, once.
  deps.fakeAgent.down = new HostKeyMismatchError('127.0.0.1', 22, 'SHA256:ours', 'SHA256:theirs');
  const result = await done;
  expect(deps.events.map(({ event }) => event)).toEqual([
    { kind: 'disconnected', why: expect.stringContaining('connection refused') },
    { kind: 'disconnected', why: expect.stringContaining('proved host key SHA256:theirs instead of SHA256:ours') },
  ]);
  expect(result.kind).toBe('unreachable');
  expect(result.detail).toMatch(/was never connected to again for \d+ s .* proved host key SHA256:theirs/);
}, 15_000);

test('reconnects to the address that the instance has now, and says where', async () => {
  deps.fakeAgent.down = new HostKeyMismatchError('127.0.0.1', 22, 'SHA256:ours', 'SHA256:theirs');
  const { done } = start();
  deps.fakeWatcher.show(HOST.instanceId, 'running', { publicAddress: '127.9.9.9' });
  await until(() => deps.fakeAgent.addresses.includes('127.9.9.9'));
  deps.fakeAgent.down = undefined;
  const attachment = await deps.fakeAgent.attached(0);
  await until(() => deps.events.some(({ event }) => event.kind === 'reconnected'));
  expect(deps.events.at(-1)?.event).toEqual({ kind: 'reconnected', address: '127.9.9.9' });
  attachment.say({ t: 'final', final: FINAL });
  await done;
});

test('a worker that shuts down hands over at once, retryably, and leaves the training alone', async () => {
  const { env, done, beats } = start();
  const attachment = await deps.fakeAgent.attached(0);
  await until(() => attachment.commands.length > 0);
  env.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
  const failure = await failureOf(done);
  // Milliseconds; not the retry policy's seconds.
  expect(failure).toMatchObject({ type: 'worker-shutdown', nonRetryable: false, nextRetryDelay: 100 });
  expect(attachment.commands.every(({ t }) => t === 'renew')).toBe(true);
  expect(beats.at(-1)).toMatchObject({ epoch: attachment.epoch });
});

test('a cancellation by Temporal is confirmed as such', async () => {
  const { env, done } = start();
  await deps.fakeAgent.attached(0);
  env.cancel('CANCELLED', new ActivityCancellationDetails({ cancelRequested: true }));
  expect((await failureOf(done)).name).toBe('CancelledFailure');
});

test('one that was superseded gives up retryably', async () => {
  const { done } = start();
  (await deps.fakeAgent.attached(0)).say({ t: 'superseded', epoch: 9e15 });
  expect(await failureOf(done)).toMatchObject({ type: 'superseded', nonRetryable: false });
});

test('an agent whose host was rebooted has no ending to tell: the attempt is lost, not failed', async () => {
  const { done } = start();
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
  expect(await start().done).toMatchObject({ kind: 'lost', detail: expect.stringContaining('its training is gone') });
});

test('a host that finished while nobody was attached is no loss: its last word is in S3', async () => {
  deps.fakeAgent.down = new Error('refused');
  const key = finalKey('p/', HOST.node.runKey, HOST.node.attempt, HOST.node.node);
  await deps.store.put(key, JSON.stringify(FINAL));
  deps.fakeWatcher.show(HOST.instanceId, 'terminated', {
    stateReason: { code: 'Client.InstanceInitiatedShutdown', message: 'Instance initiated shutdown' },
  });
  expect(await start().done).toMatchObject({ kind: 'final', final: FINAL, lastStep: 7 });

  for (const strange of ['{', '[]', '{"code":"0"}', JSON.stringify({ ...FINAL, tail: 'x'.repeat(20_000) })]) {
    await deps.store.put(key, strange);
    expect(await start().done).toMatchObject({ kind: 'lost', stateReason: 'Client.InstanceInitiatedShutdown' });
  }
});

test('while S3 cannot be asked for the last word, nothing is decided; a refusal says that there is none', async () => {
  deps.fakeAgent.down = new Error('refused');
  deps.fakeWatcher.show(HOST.instanceId, 'terminated', {
    stateReason: { code: 'Client.InstanceInitiatedShutdown', message: 'Instance initiated shutdown' },
  });
  const get = deps.store.get.bind(deps.store);
  const fail = (error: Error) => {
    deps.store.get = (key, options) => (key.endsWith('/final.json') ? Promise.reject(error) : get(key, options));
  };
  fail(Object.assign(new Error('Please reduce your request rate.'), { name: 'SlowDown' }));
  await expect(start().done).rejects.toThrow('reduce your request rate');
  fail(Object.assign(new Error('Access Denied'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }));
  expect(await start().done).toMatchObject({ kind: 'lost', stateReason: 'Client.InstanceInitiatedShutdown' });
});
