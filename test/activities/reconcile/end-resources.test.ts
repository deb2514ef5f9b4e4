import { TAGS } from '../../../contract';
import { RUN } from '../support/ec2/deps';
import { ec2Answer, FakeEc2 } from '../support/ec2/fake-ec2';
import { end, FakeRuns, survey, TAGGED } from './support/steps';

test('ends instance and spot request, then the disk that stayed, and waits until all are gone', async () => {
  const ec2 = new FakeEc2();
  ec2.keepsVolumes = true;
  ec2.add({ id: 'i-1', tags: TAGGED });
  ec2.volumes.set('vol-1', { id: 'vol-1', state: 'in-use', instanceIds: ['i-1'], tags: TAGGED });
  ec2.spotRequests.set('sir-1', { id: 'sir-1', state: 'active', tags: TAGGED });
  const { ended, pending } = await end(ec2);
  expect(ended.map(({ id }) => id).sort()).toEqual(['i-1', 'sir-1', 'vol-1']);
  expect(pending).toEqual([]);
  expect([ec2.alive, [...ec2.volumes.keys()]]).toEqual([[], []]);
});

test('the run is read again before each call: one that is open by then keeps its instance', async () => {
  const ec2 = new FakeEc2();
  ec2.add({ id: 'i-1', tags: TAGGED });
  const opened = new FakeRuns({ digits: { kind: 'open', runKey: RUN.runKey, retired: [] } });
  expect(await end(ec2, opened)).toEqual({ ended: [], pending: [] });
  expect(ec2.alive).toEqual(['i-1']);
  expect(opened.asked).toEqual(['digits']);
});

test('a tag that protects, set after the survey, is heeded', async () => {
  const ec2 = new FakeEc2();
  ec2.add({ id: 'i-1', tags: TAGGED });
  expect((await survey(ec2)).toEnd).toHaveLength(1);
  ec2.set('i-1', { tags: { ...TAGGED, [TAGS.protected]: 'true' } });
  expect(await end(ec2)).toEqual({ ended: [], pending: [] });
  expect(ec2.alive).toEqual(['i-1']);
});

test('what EC2 refuses to end is named with its reason, and ends nothing else’s chance', async () => {
  const ec2 = new FakeEc2();
  ec2.add({ id: 'i-1', tags: TAGGED });
  ec2.spotRequests.set('sir-1', { id: 'sir-1', state: 'open', tags: TAGGED });
  ec2.arm('terminate', ec2Answer('OperationNotPermitted'), { times: 99 });
  const { ended, pending } = await end(ec2, new FakeRuns(), { patienceSeconds: 0.5 });
  expect(ended.map(({ id }) => id)).toEqual(['sir-1']);
  expect(pending).toEqual([{ id: 'i-1', why: expect.stringContaining('OperationNotPermitted') }]);
});
