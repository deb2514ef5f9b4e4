import { MockActivityEnvironment } from '@temporalio/testing';
import { createTakeCheckpoint } from '../../../activities/checkpoints/take-checkpoint';
import { hostDir } from '../../../contract';
import { fakeDeps, HOST, NODE } from '../support/deps';

test('a checkpoint is asked of the agent', async () => {
  const deps = fakeDeps();
  await new MockActivityEnvironment().run(createTakeCheckpoint(deps), { host: HOST });
  const dir = hostDir(NODE.runKey, NODE.attempt, NODE.node);
  expect(deps.fakeAgent.calls).toEqual([{ verb: 'checkpoint', request: { dir } }]);
});
