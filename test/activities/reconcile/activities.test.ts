import { MockActivityEnvironment } from '@temporalio/testing';
import type { Runs } from '../../../activities';
import { createEndResources, type EndOptions } from '../../../activities/reconcile/end-resources';
import { createSurveyResources } from '../../../activities/reconcile/survey-resources';
import { type EndArgs, type EndDone, MAX_TO_END, nodeTags, type RunState, type Survey, TAGS } from '../../../contract';
import { fakeDeps, NODE, RUN } from '../ec2-support/deps';
import { ec2Answer, FakeEc2 } from '../ec2-support/fake-ec2';

const TAGGED = nodeTags(NODE, 'demo');

class FakeRuns implements Runs {
  readonly asked: string[] = [];
  constructor(readonly states: Record<string, RunState> = {}) {}
  async stateOf(run: string): Promise<RunState> {
    this.asked.push(run);
    return this.states[run] ?? { kind: 'closed' };
  }
}

async function survey(ec2: FakeEc2, runs: Runs = new FakeRuns()): Promise<Survey> {
  const deps = fakeDeps({ ec2, settings: { installation: RUN.installation } });
  return new MockActivityEnvironment()
    .run<[], Survey, () => Promise<Survey>>(createSurveyResources(deps, runs))
    .finally(() => deps.close());
}

async function end(ec2: FakeEc2, runs: Runs = new FakeRuns(), options: EndOptions = {}): Promise<EndDone> {
  const deps = fakeDeps({ ec2, settings: { installation: RUN.installation } });
  const args = { run: RUN.workflowId, regions: ['us-east-1'] };
  return new MockActivityEnvironment()
    .run<[EndArgs], EndDone, (args: EndArgs) => Promise<EndDone>>(createEndResources(deps, runs, options), args)
    .finally(() => deps.close());
}

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

test('when EC2 does not answer, nothing is reported as looked at', async () => {
  const ec2 = new FakeEc2();
  ec2.arm('volumes', ec2Answer('InternalError', 500));
  await expect(survey(ec2)).rejects.toThrow('InternalError');
});
