import { MESSAGES } from '../../../../contract';
import { stageFor } from '../../support/scene';
import { statusWhere } from '../../support/status';

const play = stageFor('real');

it.concurrent(
  'asks for the next instance at the notice, while the old one lives, and resumes from its last checkpoint',
  play(async ({ world, start, endOf }) => {
    // The old host takes its time to stop: a busy machine needs some seconds to get the next one as far as its install.
    world.scripts = {
      1: { seconds: 600, noticeAfter: 2, noticeSeconds: 120, stopTakes: 8, uploads: 2 },
      2: { seconds: 2 },
    };
    const handle = await start({});
    const ended = await endOf(handle);
    expect(ended).toMatchObject({ how: 'succeeded', result: { attemptCount: 2, interruptions: 1, leftovers: 0 } });
    const old = world.of(1);
    expect(world.firstCall('launchInstance', 2)).toBeLessThan(old.exitAt());
    expect(world.firstCall('installDependencies', 2)).toBeLessThan(old.exitAt());
    // The last checkpoint is whole when it has been uploaded.
    expect(world.firstCall('restoreCheckpoint', 2)).toBeGreaterThanOrEqual(old.exitAt() + 2000);
    expect(world.firstCall('startTraining', 2)).toBeGreaterThanOrEqual(old.endedAt ?? Number.POSITIVE_INFINITY);
    expect(ended.result?.resumedFromStep).toBe(old.stepAt(old.exitAt()));
    expect(world.of(2).placement.zone).toBe('us-east-1b');
    expect(world.summaries[0]?.status.attempts[0]).toMatchObject({
      ended: 'interrupted',
      reason: expect.stringContaining('EC2 gave notice to terminate it'),
    });
  }),
);

it.concurrent(
  'restores only when the time of the notice is over by 10 s, if the old host says nothing more',
  play(async ({ world, start, endOf }) => {
    world.scripts = { 1: { seconds: 600, noticeAfter: 1, noticeSeconds: 3, deaf: true }, 2: { seconds: 1 } };
    // Nobody says that the old host has gone: its supervision answers late.
    const word = world.hold('supervise');
    world.faults.arm({ activity: 'awaitGone', when: 'hang' });
    const handle = await start({ limits: { leaseSeconds: 6 } });
    await world.until(() => world.count('restoreCheckpoint') > 0);
    // Meanwhile nothing is at work on the new host: its lease is renewed all the same.
    expect(world.count('renewLease')).toBeGreaterThan(2);
    const taken = Date.parse(world.of(1).notice?.time ?? '');
    expect(world.firstCall('restoreCheckpoint', 2)).toBeGreaterThanOrEqual(taken + 10_000);
    expect(world.count('startTraining')).toBe(1);
    word.release();
    const ended = await endOf(handle);
    expect(ended).toMatchObject({ how: 'succeeded', result: { attemptCount: 2, interruptions: 1 } });
  }),
);

it.concurrent(
  'succeeds when the command finishes within the notice, and ends the instance that was asked for meanwhile',
  play(async ({ world, run }) => {
    world.scripts = { 1: { seconds: 4, noticeAfter: 1, noticeSeconds: 120, ignoresNotice: true }, 2: { seconds: 600 } };
    const ended = await run({});
    expect(ended).toMatchObject({
      how: 'succeeded',
      result: { attemptCount: 2, interruptions: 0, leftovers: 0, finalStep: 4 },
    });
    expect(world.count('supervise')).toBe(1);
  }),
);

it.concurrent(
  'begins no successor that retry.interruptions does not allow',
  play(async ({ world, run }) => {
    world.scripts[0] = { seconds: 600, noticeAfter: 1, noticeSeconds: 60, stopTakes: 2 };
    const ended = await run({ retry: { interruptions: 0 } });
    expect(ended).toMatchObject({ how: 'interrupted', result: { attemptCount: 1, interruptions: 1 } });
  }),
);

it.concurrent(
  'stops both attempts when it is stopped between them',
  play(async ({ world, start, endOf }) => {
    world.scripts = { 0: { seconds: 600 }, 1: { seconds: 600, noticeAfter: 1, stopTakes: 5 } };
    const handle = await start({});
    await world.until(() => world.count('installDependencies') > 1);
    await handle.executeUpdate(MESSAGES.stop, { args: [{ mode: 'graceful' }] });
    const ended = await endOf(handle);
    expect(ended).toMatchObject({ how: 'cancelled', result: { leftovers: 0 } });
    expect(world.count('terminateAttempt')).toBe(2);
  }),
);

it.concurrent(
  'drops transitions of retired attempts and of older epochs',
  play(async ({ world, start, endOf }) => {
    world.scripts[0] = { seconds: 600 };
    const handle = await start({});
    await statusWhere(handle, (s) => s.phase === 'training');
    const event = { kind: 'disconnected' as const, why: 'reset by peer' };
    await world.signal(handle.workflowId, { attempt: 1, node: 0, epoch: 2, sequence: 0, event });
    const cut = await statusWhere(handle, (s) => s.attempts[0]?.disconnectedSince !== undefined);
    expect(cut.attempts[0]?.disconnectedWhy).toBe('reset by peer');
    const back = { kind: 'reconnected' as const, address: '127.9.9.9' };
    await world.signal(handle.workflowId, { attempt: 1, node: 0, epoch: 2, sequence: 1, event: back });
    const found = await statusWhere(handle, (s) => s.attempts[0]?.disconnectedSince === undefined);
    expect(found.attempts[0]).toMatchObject({ address: '127.9.9.9' });
    expect(found.attempts[0]?.disconnectedWhy).toBeUndefined();
    await world.signal(handle.workflowId, { attempt: 1, node: 0, epoch: 1, sequence: 7, event });
    await world.signal(handle.workflowId, { attempt: 9, node: 0, epoch: 1, sequence: 7, event });
    const failed = { kind: 'checkpoint-failed' as const, why: 'checkpoint: AccessDenied' };
    for (const sequence of [2, 3])
      await world.signal(handle.workflowId, { attempt: 1, node: 0, epoch: 2, sequence, event: failed });
    const { warnings } = await statusWhere(handle, (s) => (s.warnings ?? []).length > 0);
    expect(warnings).toMatchObject([{ message: 'attempt 1: checkpoint: AccessDenied' }]);
    const { attempts } = await statusWhere(handle, () => true);
    expect(attempts[0]?.disconnectedSince).toBeUndefined();
    const { searchAttributes } = await handle.describe();
    expect(searchAttributes).toMatchObject({ TrainctlDisconnected: [false] });
    await handle.executeUpdate(MESSAGES.stop, { args: [{ mode: 'now' }] });
    await endOf(handle);
  }),
);
