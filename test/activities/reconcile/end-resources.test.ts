import type { Runs } from '../../../activities';
import { endedPrefix, limitTags, type RunState, readEndedInstance, TAGS } from '../../../contract';
import { localSettings } from '../../adapters/aws/support/settings';
import { NODE, RUN } from '../support/ec2/deps';
import { ec2Answer, FakeEc2 } from '../support/ec2/fake-ec2';
import { MemoryStore } from '../support/memory-store';
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

test('notes when an instance of it was seen gone, since nobody else will say until when it cost money', async () => {
  const ec2 = new FakeEc2();
  ec2.add({ id: 'i-1', tags: TAGGED });
  const store = new MemoryStore();
  await end(ec2, new FakeRuns(), { now: () => 1_800_000_000_000 }, store);
  const prefix = localSettings('http://127.0.0.1:9').prefix;
  const body = await store.get(`${endedPrefix(prefix, RUN.runKey)}i-1.json`);
  expect(readEndedInstance(JSON.parse(body.toString()))).toEqual({
    instance: 'i-1',
    attempt: NODE.attempt,
    at: '2027-01-15T08:00:00.000Z',
    reason: 'its run has closed',
  });
});

test('an instance that takes longer is waited for by the next look, which notes when it was seen gone', async () => {
  const ec2 = new FakeEc2();
  ec2.terminateLooks = 1e9;
  ec2.add({ id: 'i-slow', tags: TAGGED });
  const store = new MemoryStore();
  const key = `${endedPrefix(localSettings('http://127.0.0.1:9').prefix, RUN.runKey)}i-slow.json`;
  const first = await end(ec2, new FakeRuns(), { patienceSeconds: 0.3 }, store);
  expect(first).toMatchObject({ ended: [], pending: [{ id: 'i-slow', why: 'still shutting-down' }] });
  const second = await end(ec2, new FakeRuns(), { patienceSeconds: 0.3 }, store);
  expect(second).toMatchObject({ ended: [], pending: [{ id: 'i-slow', why: 'still shutting-down' }] });
  const third = end(ec2, new FakeRuns(), {}, store);
  setTimeout(() => ec2.set('i-slow', { state: 'terminated' }), 100);
  expect(await third).toMatchObject({ pending: [] });
  expect(readEndedInstance(JSON.parse((await store.get(key)).toString()))).toMatchObject({ instance: 'i-slow' });
  expect(ec2.count('terminate')).toBe(1);
});

test('an instance on its way out whose run is open is that run’s business', async () => {
  const ec2 = new FakeEc2();
  ec2.add({ id: 'i-1', tags: TAGGED, state: 'shutting-down' });
  const store = new MemoryStore();
  const open = new FakeRuns({ digits: { kind: 'open', runKey: RUN.runKey, retired: [] } });
  expect(await end(ec2, open, {}, store)).toMatchObject({ ended: [], pending: [] });
});

test('the run is read again before each call: one that is open by then keeps its instance', async () => {
  const ec2 = new FakeEc2();
  ec2.add({ id: 'i-1', tags: TAGGED });
  const opened = new FakeRuns({ digits: { kind: 'open', runKey: RUN.runKey, retired: [] } });
  expect(await end(ec2, opened)).toMatchObject({ ended: [], pending: [] });
  expect(ec2.alive).toEqual(['i-1']);
  expect(opened.asked).toEqual(['digits']);
});

test('a tag that protects, set after the survey, is heeded', async () => {
  const ec2 = new FakeEc2();
  ec2.add({ id: 'i-1', tags: TAGGED });
  expect((await survey(ec2)).toEnd).toHaveLength(1);
  ec2.set('i-1', { tags: { ...TAGGED, [TAGS.protected]: 'true' } });
  expect(await end(ec2)).toMatchObject({ ended: [], pending: [] });
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

describe('an open run that did not answer, past its deadline, grace and end', () => {
  const SILENT: RunState = { kind: 'open' };
  /** Its deadline was so many seconds ago; in time, were it to answer, until 1080. */
  const limited = (ago: number): FakeEc2 => {
    const ec2 = new FakeEc2();
    const tags = { ...TAGGED, ...limitTags({ deadline: Date.now() / 1000 - ago }, 60) };
    ec2.add({ id: 'i-1', tags });
    ec2.spotRequests.set('sir-1', { id: 'sir-1', state: 'active', tags });
    return ec2;
  };
  const asking = (answer: RunState): Runs & { patiently: boolean[] } => {
    const patiently: boolean[] = [];
    return {
      patiently,
      stateOf: async (_, long = false) => {
        patiently.push(long);
        return long ? answer : SILENT;
      },
    };
  };

  it('is waited for: a worker that is busy answers late, and its host may be at its last upload', async () => {
    const ec2 = limited(400);
    const runs = asking({ kind: 'open', runKey: RUN.runKey, retired: [] });
    expect(await end(ec2, runs)).toMatchObject({ ended: [], pending: [] });
    expect([ec2.alive, [...ec2.spotRequests.keys()]]).toEqual([['i-1'], ['sir-1']]);
    expect(runs.patiently).toEqual([false, true, false]);
  });

  it.each([
    ['does not answer then either', 400, SILENT, true],
    ['would be ended if it did', 4000, { kind: 'open', runKey: RUN.runKey, retired: [] } as RunState, false],
  ])('is ended when it %s', async (_, ago, answer, patient) => {
    const ec2 = limited(ago);
    const runs = asking(answer);
    const { ended } = await end(ec2, runs);
    expect(ended.map(({ id, reason }) => [id, reason]).sort()).toEqual([
      ['i-1', 'past-deadline'],
      ['sir-1', 'past-deadline'],
    ]);
    expect([ec2.alive, runs.patiently.filter(Boolean)]).toEqual([[], patient ? [true] : []]);
  });
});
