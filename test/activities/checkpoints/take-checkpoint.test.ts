import { MockActivityEnvironment } from '@temporalio/testing';
import { createTakeCheckpoint } from '../../../activities/checkpoints/take-checkpoint';
import { hostDir } from '../../../contract';
import { fakeDeps, HOST, NODE } from '../support/deps';

test('a checkpoint is asked of the agent, which answers with it or with the reason', async () => {
  const deps = fakeDeps();
  const take = (checkpoint: object | null, reason: string | null) => {
    deps.fakeAgent.answers.checkpoint = () => ({ phase: 'training', checkpoint, reason });
    return new MockActivityEnvironment().run(createTakeCheckpoint(deps), { host: HOST });
  };
  expect(await take(null, 'there is nothing in checkpoints yet')).toEqual({
    reason: 'there is nothing in checkpoints yet',
  });
  const ref = { step: null, number: 2, key: 'k', bytes: 3, at: '2026-11-30T14:03:22Z', suspect: 'w is open' };
  expect(await take({ ...ref, seconds: 1, why: 'asked' }, null)).toEqual({
    checkpoint: { ...ref, attempt: NODE.attempt },
  });
  const dir = hostDir(NODE.runKey, NODE.attempt, NODE.node);
  expect(deps.fakeAgent.calls.at(-1)).toEqual({ verb: 'checkpoint', request: { dir, waitSeconds: 150 } });
});
