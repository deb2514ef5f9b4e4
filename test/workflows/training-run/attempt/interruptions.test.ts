import { MESSAGES } from '../../../../contract';
import { stageFor } from '../../support/scene';
import { statusWhere } from '../../support/status';

const play = stageFor('real');

it.concurrent(
  'asks for the next instance at the notice, while the old one lives, and resumes from its last checkpoint',
  play(async ({ world, start, endOf }) => {
    const leaving = { seconds: 600, noticeAfter: 2, noticeSeconds: 600, stopTakes: 600, uploads: 2 };
    world.scripts = { 1: leaving, 2: { seconds: 2 } };
    const handle = await start({});
    // The old host stops only when the next one has come as far as its install, however long a busy machine takes over that.
    await world.until(() => world.calls.some((c) => c.activity === 'installDependencies' && c.attempt === 2));
    const old = world.of(1);
    expect(old.trains(Date.now())).toBe(true);
    leaving.stopTakes = (Date.now() - (old.asked?.at ?? 0)) / 1000;
    const ended = await endOf(handle);
    expect(ended).toMatchObject({ how: 'succeeded', result: { attemptCount: 2, interruptions: 1, leftovers: 0 } });
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
  play(async ({ world, start, endOf }) => {
    const first = { seconds: 600, noticeAfter: 1, noticeSeconds: 600, ignoresNotice: true };
    world.scripts = { 1: first, 2: { seconds: 600 } };
    const handle = await start({});
    await world.until(() => world.instances.some(({ attempt }) => attempt === 2));
    const { trainingSince = 0 } = world.of(1);
    first.seconds = (Date.now() - trainingSince) / 1000;
    const ended = await endOf(handle);
    expect(ended).toMatchObject({
      how: 'succeeded',
      result: { attemptCount: 2, interruptions: 0, leftovers: 0, finalStep: Math.floor(first.seconds) },
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
    const leaving = { seconds: 600, noticeAfter: 1, noticeSeconds: 600, stopTakes: 600 };
    world.scripts = { 0: { seconds: 600 }, 1: leaving };
    const handle = await start({});
    await world.until(() => world.count('installDependencies') > 1);
    await handle.executeUpdate(MESSAGES.stop, { args: [{ mode: 'graceful' }] });
    leaving.stopTakes = 0;
    const ended = await endOf(handle);
    expect(ended).toMatchObject({ how: 'Canceled', result: { leftovers: 0 } });
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

it.concurrent(
  'goes on hearing a host after a forged event of a later epoch, and takes none of the future',
  play(async ({ world, start, endOf }) => {
    world.scripts[0] = { seconds: 600 };
    const handle = await start({});
    await statusWhere(handle, (s) => s.phase === 'training');
    const told = { attempt: 1, node: 0, sequence: 0 };
    const disconnected = { kind: 'disconnected' as const, why: 'forged' };
    const future = (Date.now() + 120_000) * 1000;
    for (const epoch of [Number.MAX_SAFE_INTEGER, future])
      await world.signal(handle.workflowId, { ...told, epoch, event: disconnected });
    const refused = await statusWhere(handle, (s) => (s.warnings ?? []).length === 2);
    expect(refused.warnings?.map(({ message }) => message)).toEqual([
      `a signal hostEvent was dropped: its epoch ${Number.MAX_SAFE_INTEGER} has not come yet`,
      `a signal hostEvent was dropped: its epoch ${future} has not come yet`,
    ]);
    expect(refused.attempts[0]?.disconnectedSince).toBeUndefined();
    // As of an attachment that began before Temporal's clock was set back.
    const early = { kind: 'warning' as const, message: 'the disk is half full' };
    await world.signal(handle.workflowId, { ...told, epoch: future, event: early });
    await statusWhere(handle, (s) => (s.warnings ?? []).some((w) => w.message === early.message));

    const soon = (Date.now() + 30_000) * 1000;
    await world.signal(handle.workflowId, { ...told, epoch: soon, event: disconnected });
    await statusWhere(handle, (s) => s.attempts[0]?.disconnectedSince !== undefined);
    const message = 'the disk is nearly full';
    await world.signal(handle.workflowId, { ...told, epoch: 1, event: { kind: 'warning', message } });
    await statusWhere(handle, (s) => (s.warnings ?? []).some((w) => w.message === message));
    const notice = { source: 'spot', action: 'terminate', time: new Date(Date.now() + 1000).toISOString() } as const;
    await world.signal(handle.workflowId, { ...told, epoch: 1, event: { kind: 'notice', notice } });
    await statusWhere(handle, (s) => s.attempts[0]?.notice !== undefined && s.attemptCount === 2);
    await handle.executeUpdate(MESSAGES.stop, { args: [{ mode: 'now' }] });
    await endOf(handle);
  }),
);

it.concurrent(
  'says no steps lost of a training that counts its steps anew at each start',
  play(async ({ world, run }) => {
    const script = { seconds: 1, stepsPerSecond: 50, checkpointEvery: 0.5, reports: 'anew' as const };
    world.scripts = { 1: { ...script, lostAfter: 0.8 }, 2: { ...script, lostAfter: 0.8 }, 3: script };
    const ended = await run({});
    expect(ended).toMatchObject({
      how: 'succeeded',
      result: { attemptCount: 3, resumedFromStep: null, stepsLost: null },
    });
    const { attempts, warnings = [] } = world.summaries[0]?.status ?? { attempts: [] };
    for (const { number, resumedFromStep, stepsLost } of attempts)
      expect([number, resumedFromStep, stepsLost]).toEqual([number, undefined, undefined]);
    expect(warnings.filter(({ message }) => message.includes('how many were lost is unknown'))).toHaveLength(1);
  }),
);
