import { MockActivityEnvironment } from '@temporalio/testing';
import { createCountLeftovers } from '../../../activities/undo/count-leftovers';
import { nodeTags } from '../../../contract';
import { fakeDeps, NODE, RUN } from '../support/ec2/deps';
import { ec2Answer, FakeEc2 } from '../support/ec2/fake-ec2';

const count = (ec2: FakeEc2) => {
  const deps = fakeDeps({ ec2 });
  const env = new MockActivityEnvironment();
  return env
    .run(createCountLeftovers(deps), { run: RUN, regions: ['us-east-1', 'us-east-1'] })
    .finally(() => deps.close());
};

test('of all attempts, what is not gone counts, each once, and nothing of others', async () => {
  const ec2 = new FakeEc2();
  const tags = nodeTags(NODE, 'demo');
  ec2.add({ id: 'i-1', tags, state: 'terminated' });
  ec2.add({ id: 'i-2', tags: nodeTags({ ...NODE, attempt: 2 }, 'demo'), state: 'shutting-down' });
  ec2.add({ id: 'i-3', tags: nodeTags({ ...NODE, runKey: 'ffffffffffffffff' }, 'demo') });
  for (const [id, state] of [
    ['vol-1', 'in-use'],
    ['vol-2', 'deleting'],
  ] as const) {
    ec2.volumes.set(id, { id, state, instanceIds: [], tags });
  }
  for (const [id, state] of [
    ['sir-1', 'active'],
    ['sir-2', 'cancelled'],
    ['sir-3', 'closed'],
  ] as const) {
    ec2.spotRequests.set(id, { id, state, tags });
  }
  expect(await count(ec2)).toEqual({ leftovers: ['i-2', 'sir-1', 'vol-1'] });
});

test('no answer is no zero', async () => {
  const ec2 = new FakeEc2();
  ec2.arm('volumes', ec2Answer('InternalError', 500));
  await expect(count(ec2)).rejects.toThrow('InternalError');
});
