import type { WorkflowHandle } from '@temporalio/client';
import { MESSAGES, type Phase, type RunStatus } from '../../../contract';
import type { FakeWorld } from '../../support/fake-world';
import { Stage, statusWhere } from '../support/temporal';

let stage: Stage;
let world: FakeWorld;

beforeAll(async () => {
  stage = await Stage.open('real');
});

afterAll(() => stage?.close());

beforeEach(() => {
  world = stage.fresh();
  world.scripts[0] = { seconds: 600 };
});

afterEach(() => {
  expect(world.alive()).toEqual([]);
  expect(world.breaches).toEqual([]);
});

const stop = (handle: WorkflowHandle, mode: 'graceful' | 'now'): Promise<unknown> =>
  handle.executeUpdate(MESSAGES.stop, { args: [{ mode }] });

const phase =
  (wanted: Phase) =>
  (status: RunStatus): boolean =>
    status.phase === wanted;

describe('while it trains', () => {
  const training = async (): Promise<WorkflowHandle> => {
    const handle = await stage.start({});
    await statusWhere(handle, phase('training'));
    await world.until(() => world.of(1).trainingSince !== undefined && world.count('supervise') > 0);
    return handle;
  };

  it('stops gracefully: last checkpoint, outputs, zero left', async () => {
    const handle = await training();
    await stop(handle, 'graceful');
    const ended = await stage.ended(handle);
    expect(ended).toMatchObject({ how: 'cancelled', message: 'stopped by request', result: { leftovers: 0 } });
    expect(world.summaries[0]?.status.attempts[0]).toMatchObject({ ended: 'stopped', exitCode: 143 });
    expect(world.summaries[0]?.status.lastCheckpoint).toBeDefined();
    expect(world.summaries[0]?.status.outputs).toEqual([
      {
        from: 'outputs/',
        to: expect.stringMatching(/^s3:\/\/bucket\/runs\/key-.*\/a\/1\/0\/outputs\/$/),
        files: 1,
        bytes: 3,
      },
    ]);
  });

  it('counts an exit 0 that our TERM caused as stopped, not as success', async () => {
    world.scripts[0] = { seconds: 600, stopExitCode: 0 };
    const handle = await training();
    await stop(handle, 'graceful');
    expect(await stage.ended(handle)).toMatchObject({ how: 'cancelled' });
  });

  it('stops now: tells nobody, ends the instance', async () => {
    const handle = await training();
    await stop(handle, 'now');
    expect(await stage.ended(handle)).toMatchObject({ how: 'cancelled', result: { leftovers: 0 } });
    expect(world.count('stopTraining')).toBe(0);
  });

  it('hurries when a graceful stop takes too long for its asker', async () => {
    world.scripts[0] = { seconds: 600, stopTakes: 600 };
    const handle = await training();
    await stop(handle, 'graceful');
    await statusWhere(handle, phase('stopping'));
    await stop(handle, 'now');
    expect(await stage.ended(handle)).toMatchObject({ how: 'cancelled' });
  });

  it('closes Canceled when Temporal was asked to cancel, as gracefully', async () => {
    const handle = await training();
    await handle.cancel();
    const ended = await stage.ended(handle);
    expect(ended).toMatchObject({ how: 'Canceled' });
    expect(world.summaries[0]?.result).toMatchObject({ outcome: 'cancelled', leftovers: 0 });
    expect(world.count('stopTraining')).toBe(1);
    const { status, memo, searchAttributes } = await handle.describe();
    expect(status.name).toBe('CANCELLED');
    expect(memo).toEqual({ outcome: 'cancelled', reason: 'cancelled through Temporal' });
    expect(searchAttributes).toMatchObject({ TrainctlOutcome: ['cancelled'], TrainctlPhase: ['ended'] });
  });

  it('stops at a deadline while an activity truly runs, within 5 s of it', async () => {
    const handle = await stage.start({ limits: { maxDurationSeconds: 4 } });
    const ended = await stage.ended(handle);
    expect(ended).toMatchObject({ how: 'deadline' });
    expect(ended.seconds).toBeGreaterThanOrEqual(4);
    expect(ended.seconds).toBeLessThan(9);
    expect(world.count('stopTraining')).toBe(1);
  });

  it('is cancelled, with its outputs, when the stop comes during the last uploads; a limit then changes nothing', async () => {
    world.scripts[0] = { seconds: 1, uploads: 4 };
    const handle = await training();
    const limited = await stage.start({ limits: { maxDurationSeconds: 3 } });
    await world.until(() => !world.of(1).trains(Date.now()));
    await stop(handle, 'graceful');
    expect(await stage.ended(handle)).toMatchObject({ how: 'cancelled' });
    expect(await stage.ended(limited)).toMatchObject({ how: 'succeeded' });
    for (const { status } of world.summaries) expect(status.outputs).toMatchObject([{ files: 1 }]);
    expect(world.summaries[0]?.status.attempts[0]?.reason).toMatch(/had exited 0/);
  });

  it('keeps a success that came before the stop', async () => {
    world.scripts[0] = { seconds: 1 };
    const handle = await training();
    await world.until(() => !world.of(1).trains(Date.now()));
    await stop(handle, 'graceful').catch(() => undefined);
    expect(await stage.ended(handle)).toMatchObject({ how: 'succeeded' });
  });
});

describe('before it trains', () => {
  it('closes Canceled when it is cancelled before its first step', async () => {
    world.faults.arm({ activity: 'resolveRun', when: 'hang', times: 100 });
    const handle = await stage.start({});
    await handle.cancel();
    expect(await stage.ended(handle)).toMatchObject({ how: 'Canceled' });
    expect(world.instances).toEqual([]);
  });

  it.each([
    ['resolveRun', 'graceful'],
    ['awaitReachable', 'graceful'],
    ['syncCode', 'graceful'],
    ['installDependencies', 'now'],
  ] as const)('stops while %s hangs', async (activity, mode) => {
    world.faults.arm({ activity, when: 'hang', times: 100 });
    const handle = await stage.start({});
    await world.until(() => world.count(activity) > 0);
    await stop(handle, mode);
    const ended = await stage.ended(handle);
    expect(ended).toMatchObject({ how: 'cancelled' });
    expect(world.count('startTraining')).toBe(0);
  });

  it('ends at the deadline while an installation blocks, within 5 s of it', async () => {
    world.faults.arm({ activity: 'installDependencies', when: 'hang', times: 100 });
    const ended = await stage.run({ limits: { maxDurationSeconds: 3 } });
    expect(ended).toMatchObject({ how: 'deadline', result: { leftovers: 0 } });
    expect(ended.seconds).toBeLessThan(8);
  });

  it('stops while the launch is in flight, and ends what its lost reply hid', async () => {
    const reply = world.hold('launchInstance');
    world.faults.arm({ activity: 'launchInstance', when: 'after', times: 100 });
    const handle = await stage.start({});
    await world.until(() => world.count('launchInstance') > 0);
    await stop(handle, 'graceful');
    expect(world.count('terminateAttempt')).toBe(0);
    reply.release();
    // No further try; the undo repeats the token.
    expect(await stage.ended(handle)).toMatchObject({ how: 'cancelled', result: { leftovers: 0 } });
    expect(world.instances).toHaveLength(1);
    expect(world.count('launchInstance')).toBe(1);
    expect(world.lastUndo?.unknownLaunch).toMatchObject({ try: 1 });
  });

  it('ends at the deadline while the launch fails again and again, within 5 s of it', async () => {
    world.faults.arm({ activity: 'launchInstance', when: 'before', times: 100 });
    const ended = await stage.run({ limits: { maxDurationSeconds: 9 } });
    expect(ended).toMatchObject({ how: 'deadline', result: { leftovers: 0 } });
    expect(ended.seconds).toBeGreaterThanOrEqual(9);
    // The fifth try would be 15 s after the first.
    expect(ended.seconds).toBeLessThan(14);
    expect(world.count('launchInstance')).toBe(4);
  });

  it('stops while it waits for capacity', async () => {
    world.refuse({ refusal: 'capacity' });
    const handle = await stage.start({});
    await statusWhere(handle, phase('waiting-for-capacity'));
    await stop(handle, 'graceful');
    const ended = await stage.ended(handle);
    expect(ended).toMatchObject({ how: 'cancelled' });
    expect(ended.seconds).toBeLessThan(10);
  });

  it('stops while it waits before a retry', async () => {
    world.scripts[0] = { seconds: 0, exitCode: 1 };
    const handle = await stage.start({ retry: { failures: 5 } });
    await statusWhere(handle, phase('backing-off'));
    await handle.cancel();
    expect(await stage.ended(handle)).toMatchObject({ how: 'Canceled' });
  });
});

describe('while it is cleaned up', () => {
  it('keeps the outcome when a cancel comes during the undo', async () => {
    world.scripts[0] = { seconds: 0, exitCode: 2 };
    const undo = world.hold('terminateAttempt');
    const handle = await stage.start({});
    await world.until(() => world.count('terminateAttempt') > 0);
    await handle.cancel();
    await expect(stop(handle, 'now')).rejects.toMatchObject({
      cause: { message: expect.stringContaining('too late') },
    });
    undo.release();
    expect(await stage.ended(handle)).toMatchObject({ how: 'failed', message: 'exited 2', result: { leftovers: 0 } });
  });
});
