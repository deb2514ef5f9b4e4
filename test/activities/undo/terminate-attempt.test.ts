import { MockActivityEnvironment } from '@temporalio/testing';
import { createLaunchInstance } from '../../../activities/launch/launch-instance';
import { createTerminateAttempt } from '../../../activities/undo/terminate-attempt';
import type { LaunchResult, UndoArgs, UndoDone } from '../../../contract';
import { type FakeDepsOptions, fakeDeps, LAUNCH, PLACEMENT, RUN } from '../support/ec2/deps';
import { cutConnection, ec2Answer, FakeEc2 } from '../support/ec2/fake-ec2';

const ARGS: UndoArgs = {
  run: RUN,
  attempt: 1,
  regions: ['us-east-1'],
  launches: [{ node: 0, placement: PLACEMENT, try: 1 }],
};
const FAST = { timing: { undoWaitSeconds: 0 } };

let ec2: FakeEc2;
beforeEach(() => {
  ec2 = new FakeEc2();
});

const launch = async (args = LAUNCH) => {
  const deps = fakeDeps({ ec2 });
  const env = new MockActivityEnvironment({ currentAttemptScheduledTimestampMs: Date.now() });
  const result: LaunchResult = await env.run(createLaunchInstance(deps), args);
  deps.close();
  if (result.kind !== 'launched') throw new Error('not launched');
  return result.instanceId;
};

/** `age`: seconds since undo began. */
async function undo(args: UndoArgs, options: FakeDepsOptions = {}, age = 0): Promise<UndoDone> {
  const deps = fakeDeps({ ec2, ...options });
  const env = new MockActivityEnvironment({ scheduledTimestampMs: Date.now() - age * 1000 });
  return env.run(createTerminateAttempt(deps), args).finally(() => deps.close()) as Promise<UndoDone>;
}

test('everything of the attempt is ended, and seen to be gone', async () => {
  const id = await launch();
  const done = await undo(ARGS);
  expect(done).toMatchObject({ terminated: [id], detail: `${id} terminated, nothing left` });
  expect(Date.parse(done.at)).toBeGreaterThan(Date.now() - 5000);
  expect(ec2.alive).toEqual([]);
  expect(ec2.volumes.size).toBe(0);
  expect([...ec2.spotRequests.values()].map((r) => r.state)).toEqual(['cancelled']);
});

test('a second undo finds nothing to do', async () => {
  await launch();
  await undo(ARGS);
  const before = ec2.count('terminate');
  await undo(ARGS);
  expect(ec2.count('terminate')).toBe(before);
});

test('other attempts, runs and installations are left alone', async () => {
  const mine = await launch();
  const tags = { ...ec2.instances.get(mine)?.tags };
  ec2.add({ id: 'i-next', tags: { ...tags, 'trainctl:attempt': '2' } });
  ec2.add({ id: 'i-other', tags: { ...tags, 'trainctl:installation': 'other' } });
  ec2.add({ id: 'i-namespace', tags: { ...tags, 'trainctl:namespace': 'other' } });
  ec2.add({ id: 'i-hand', tags: {} });
  await undo(ARGS);
  expect(ec2.alive.sort()).toEqual(['i-hand', 'i-namespace', 'i-next', 'i-other']);
});

test('an instance whose tags are gone is found by its token', async () => {
  const id = await launch();
  ec2.set(id, { tags: {} });
  await undo(ARGS);
  expect(ec2.instances.get(id)?.state).toBe('terminated');
});

test('an instance that is not visible yet is waited for', async () => {
  ec2.hideFor = 4;
  const id = await launch();
  await expect(undo(ARGS, FAST)).rejects.toMatchObject({
    type: 'cleanup-pending',
    nonRetryable: false,
    message: expect.stringContaining('the launch of try 1, c5.xlarge us-east-1a spot: its instance is not visible yet'),
  });
  expect(await undo(ARGS)).toMatchObject({ terminated: [id] });
});

test('a launch that left nothing is given up after the visibility window, not before', async () => {
  await expect(undo(ARGS, FAST, 110)).rejects.toMatchObject({ type: 'cleanup-pending' });
  expect(await undo(ARGS, FAST, 121)).toMatchObject({ terminated: [], detail: 'nothing was launched' });
});

test('no launches: nothing to wait for', async () => {
  expect(await undo({ ...ARGS, launches: [] }, FAST)).toMatchObject({ terminated: [] });
});

test('a terminate that keeps failing never becomes "terminated", and says why', async () => {
  const id = await launch();
  ec2.arm('terminate', ec2Answer('OperationNotPermitted'), { times: 100 });
  await expect(undo(ARGS, FAST)).rejects.toMatchObject({
    type: 'cleanup-pending',
    message: expect.stringMatching(new RegExp(`^still there: ${id} .*because ${id}: OperationNotPermitted`)),
  });
  await expect(undo(ARGS, FAST, 10_000)).rejects.toMatchObject({ type: 'cleanup-pending' });
  expect(ec2.alive).toEqual([id]);
});

test('what EC2 does not say is not taken for nothing', async () => {
  await launch();
  for (const action of ['instances', 'volumes', 'spot'] as const) {
    ec2.arm(action, ec2Answer('RequestLimitExceeded', 503));
    await expect(undo(ARGS, FAST, 10_000)).rejects.toMatchObject({
      type: 'cleanup-pending',
      message: expect.stringContaining('unknown in us-east-1: EC2 does not say'),
    });
  }
});

test('a terminate whose reply is lost is seen by the next look', async () => {
  const id = await launch();
  ec2.arm('terminate', cutConnection(), { after: true });
  expect(await undo(ARGS)).toMatchObject({ terminated: [id] });
});

test('a root disk that stayed is deleted, one in use is waited for', async () => {
  const id = await launch();
  ec2.keepsVolumes = true;
  expect(await undo(ARGS)).toMatchObject({ terminated: [id] });
  expect(ec2.volumes.size).toBe(0);
  expect(ec2.count('deleteVolume')).toBe(1);
});

describe('a launch with an unknown result', () => {
  const UNKNOWN: UndoArgs = { ...ARGS, unknownLaunch: LAUNCH };

  test('that took effect: its instance is ended, no second one is made', async () => {
    const id = await launch();
    expect(await undo(UNKNOWN)).toMatchObject({ terminated: [id] });
    expect(ec2.launches).toHaveLength(1);
  });

  test('that took effect invisibly: the token names it, and it is ended', async () => {
    ec2.hideFor = 6;
    const id = await launch();
    expect(await undo(UNKNOWN)).toMatchObject({ terminated: [id] });
    expect(ec2.launches).toHaveLength(1);
    expect(ec2.alive).toEqual([]);
  });

  test('that never arrived: the repeat makes one, which is ended at once', async () => {
    const done = await undo(UNKNOWN);
    expect(done.terminated).toHaveLength(1);
    expect(ec2.alive).toEqual([]);
  });

  test('whose repeat is refused for capacity: there is nothing', async () => {
    ec2.arm('run', ec2Answer('InsufficientInstanceCapacity', 500));
    expect(await undo(UNKNOWN, FAST)).toMatchObject({ terminated: [], detail: 'nothing was launched' });
  });

  test('whose repeat is refused for another reason: that proves nothing before the window is over', async () => {
    ec2.arm('run', ec2Answer('UnauthorizedOperation', 403), { times: 2 });
    await expect(undo(UNKNOWN, FAST)).rejects.toMatchObject({
      message: expect.stringContaining('repeating the launch to learn its result: UnauthorizedOperation'),
    });
    expect(await undo(UNKNOWN, FAST, 121)).toMatchObject({ terminated: [] });
  });

  test('whose token is spent: its instance is gone', async () => {
    const id = await launch();
    ec2.set(id, { state: 'terminated' });
    ec2.volumes.clear();
    expect(await undo(UNKNOWN)).toMatchObject({ terminated: [id] });
  });
});
