import { awaitCheckpoint } from '../../../client/runs/await-checkpoint';
import type { CheckpointAnswer, RunStatus } from '../../../contract';

type Told = Pick<RunStatus, 'checkpointAsked' | 'endedAt'>;

/** Waits for wish 2 with statuses that come one after the other. */
const wait = (...told: Told[]): Promise<CheckpointAnswer> =>
  awaitCheckpoint(2, async () => (told.length > 1 ? (told.shift() as Told) : (told[0] ?? {})), {
    patienceMs: 10_000,
    pollMs: 1,
  });
const checkpoint = { step: 8, attempt: 1, key: 'k' };

test('the answer to this wish or a later one counts, not that to an earlier one', async () => {
  const old = { checkpointAsked: { count: 1, answer: { reason: 'old' } } };
  expect(
    await wait(old, { checkpointAsked: { count: 2 } }, { checkpointAsked: { count: 2, answer: { checkpoint } } }),
  ).toEqual({ checkpoint });
  expect(await wait(old, { checkpointAsked: { count: 3, answer: { reason: 'why' } } })).toEqual({ reason: 'why' });
});

test('a run that ends, an answer that never comes and an older worker are reasons', async () => {
  expect(await wait({ checkpointAsked: { count: 2 } }, { endedAt: 'now' })).toEqual({
    reason: 'the run ended before it was taken',
  });
  const never = awaitCheckpoint(2, async () => ({}), { patienceMs: 5, pollMs: 1 });
  expect((await never).reason).toContain('no answer within');
  expect((await awaitCheckpoint(undefined, async () => ({}))).reason).toContain('older release');
});
