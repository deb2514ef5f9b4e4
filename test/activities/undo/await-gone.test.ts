import { CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createAwaitGone } from '../../../activities/undo/await-gone';
import { nodeTags } from '../../../contract';
import { until } from '../../adapters/ssh/support/host';
import { fakeDeps, NODE } from '../support/ec2/deps';

const ARGS = { node: NODE, instanceId: 'i-1', region: 'us-east-1' };

test.each(['shutting-down', 'terminated'] as const)('ends when EC2 shows it %s', async (state) => {
  const deps = fakeDeps();
  deps.ec2.add({ id: 'i-1', tags: nodeTags(NODE, 'demo') });
  let done = false;
  const env = new MockActivityEnvironment();
  const beats: unknown[] = [];
  env.on('heartbeat', (details: unknown) => beats.push(details));
  const waiting: Promise<{ at: string }> = env.run(createAwaitGone(deps), ARGS);
  void waiting.then(() => {
    done = true;
  });
  await until('looks', () => deps.ec2.count('instances') > 2);
  expect(done).toBe(false);
  deps.ec2.set('i-1', { state });
  expect(Date.parse((await waiting).at)).toBeGreaterThan(0);
  expect(beats.length).toBeGreaterThan(0);
  deps.close();
});

test('a cancel ends the wait as Temporal wants it', async () => {
  const deps = fakeDeps();
  deps.ec2.add({ id: 'i-1', tags: nodeTags(NODE, 'demo') });
  const env = new MockActivityEnvironment();
  const waiting = env.run(createAwaitGone(deps), ARGS);
  await until('looks', () => deps.ec2.count('instances') > 0);
  env.cancel('CANCELLED');
  await expect(waiting).rejects.toBeInstanceOf(CancelledFailure);
  deps.close();
});
