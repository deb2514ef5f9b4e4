import { ActivityCancellationDetails } from '@temporalio/common';
import { type FakeDeps, failureOf, HOST } from '../support/deps';
import { until } from '../support/until';
import { FINAL, NOTICE, start, supervised } from './support/supervised';

let deps: FakeDeps;
beforeEach(async () => {
  deps = await supervised();
});

test('stays until the final word, and returns it with the last checkpoint', async () => {
  const { done, beats } = start(deps);
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

test('the next try attaches above the epoch of the last heartbeat, and keeps what it knew', async () => {
  const checkpoint = { step: 3, attempt: 2, key: 'k3' };
  const { done } = start(
    deps,
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

test('a worker that shuts down hands over at once, retryably, and leaves the training alone', async () => {
  const { env, done, beats } = start(deps);
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
  const { env, done } = start(deps);
  await deps.fakeAgent.attached(0);
  env.cancel('CANCELLED', new ActivityCancellationDetails({ cancelRequested: true }));
  expect((await failureOf(done)).name).toBe('CancelledFailure');
});

test('one that was superseded gives up retryably', async () => {
  const { done } = start(deps);
  (await deps.fakeAgent.attached(0)).say({ t: 'superseded', epoch: 9e15 });
  expect(await failureOf(done)).toMatchObject({ type: 'superseded', nonRetryable: false });
});
