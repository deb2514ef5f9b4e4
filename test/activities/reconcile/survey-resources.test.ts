import { MAX_TO_END, nodeTags, TAGS } from '../../../contract';
import { NODE } from '../support/ec2/deps';
import { ec2Answer, FakeEc2 } from '../support/ec2/fake-ec2';
import { FakeRuns, survey, TAGGED } from './support/steps';

test('a survey asks after each run once, ends nothing, and says why it would leave what it leaves', async () => {
  const ec2 = new FakeEc2();
  ec2.add({ id: 'i-dead', tags: TAGGED });
  ec2.add({ id: 'i-gone', tags: TAGGED, state: 'terminated' });
  ec2.add({ id: 'i-live', tags: nodeTags({ ...NODE, workflowId: 'live', runKey: 'a'.repeat(16) }, 'demo') });
  ec2.add({ id: 'i-kept', tags: { ...TAGGED, [TAGS.protected]: 'true' } });
  ec2.add({ id: 'i-other', tags: nodeTags({ ...NODE, installation: 'other' }, 'demo') });
  ec2.add({ id: 'i-hand', tags: {} });
  ec2.volumes.set('vol-1', { id: 'vol-1', state: 'in-use', instanceIds: ['i-dead'], tags: TAGGED });
  ec2.spotRequests.set('sir-1', { id: 'sir-1', state: 'open', tags: TAGGED });
  const runs = new FakeRuns({ live: { kind: 'open', runKey: 'a'.repeat(16), retired: [] } });
  const found = await survey(ec2, runs);
  expect(found.toEnd.map(({ id, reason }) => [id, reason])).toEqual([
    ['i-dead', 'closed-run'],
    ['sir-1', 'closed-run'],
  ]);
  expect(found.seen).toBe(5);
  expect(Object.fromEntries(found.leftAlone.map((l) => [l.reason, l.examples]))).toEqual({
    'open-run': ['i-live (live, attempt 1)'],
    protected: ['i-kept (digits, attempt 1)'],
    attached: ['vol-1 (digits, attempt 1)'],
  });
  expect(runs.asked.sort()).toEqual(['digits', 'live']);
  expect(ec2.count('terminate') + ec2.count('cancelSpot')).toBe(0);
});

test('a survey of thousands stays small', async () => {
  const ec2 = new FakeEc2();
  for (let i = 0; i < 3000; i += 1)
    ec2.add({ id: `i-${i}`, tags: nodeTags({ ...NODE, workflowId: `run-${'x'.repeat(90)}-${i % 200}` }, 'demo') });
  const states = new Proxy({}, { get: () => ({ kind: 'closed' }) });
  const found = await survey(ec2, new FakeRuns(states));
  expect([found.toEnd.length, found.more]).toEqual([MAX_TO_END, 3000 - MAX_TO_END]);
  expect(JSON.stringify(found).length).toBeLessThan(16 * 1024);
});

test('when EC2 does not answer, nothing is reported as looked at', async () => {
  const ec2 = new FakeEc2();
  ec2.arm('volumes', ec2Answer('InternalError', 500));
  await expect(survey(ec2)).rejects.toThrow('InternalError');
});
