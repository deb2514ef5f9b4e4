import type { WorkflowHandle } from '@temporalio/client';
import { MESSAGES, type Phase, type RunStatus } from '../../../contract';
import { FIRST_WAIT } from '../../../workflows/rules/capacity-wait';
import { runKeyOf } from '../../support/fake-world';
import { inTime } from '../support/in-time';
import { type Scene, stageFor } from '../support/scene';
import { statusOf, statusWhere } from '../support/status';

const play = stageFor('real', ({ world }) => {
  world.scripts[0] = { seconds: 600 };
});

const stop = (handle: WorkflowHandle, mode: 'graceful' | 'now'): Promise<unknown> =>
  handle.executeUpdate(MESSAGES.stop, { args: [{ mode }] });

/** So long a limit may be late on a machine that is busy, in seconds: far less than what it ends would last. */
const LATE = 30;

const phase =
  (wanted: Phase) =>
  (status: RunStatus): boolean =>
    status.phase === wanted;

describe('while it trains', () => {
  const training = async ({ world, start }: Scene): Promise<WorkflowHandle> => {
    const handle = await start({});
    await statusWhere(handle, phase('training'));
    await world.until(() => world.of(1).trainingSince !== undefined && world.count('supervise') > 0);
    return handle;
  };

  /** The host of a run has been told to stop, and the run knows it. */
  const told = async ({ world }: Scene, handle: WorkflowHandle): Promise<void> => {
    const key = runKeyOf(handle.workflowId);
    await world.until(() => world.instances.some(({ runKey, asked }) => runKey === key && asked !== undefined));
    const underWay = async () => (await handle.describe()).raw.pendingActivities ?? [];
    while ((await underWay()).some(({ activityType }) => activityType?.name === 'stopTraining'));
    await statusOf(handle);
  };

  it.concurrent(
    'stops gracefully: last checkpoint, outputs, zero left',
    play(async (scene) => {
      const { world, endOf } = scene;
      const handle = await training(scene);
      await stop(handle, 'graceful');
      const ended = await endOf(handle);
      expect(ended).toMatchObject({ how: 'Canceled', message: 'stopped by request', result: { leftovers: 0 } });
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
    }),
  );

  it.concurrent(
    'counts an exit 0 that our TERM caused as stopped, not as success',
    play(async (scene) => {
      const { world, endOf } = scene;
      world.scripts[0] = { seconds: 600, stopExitCode: 0 };
      const handle = await training(scene);
      await stop(handle, 'graceful');
      expect(await endOf(handle)).toMatchObject({ how: 'Canceled' });
    }),
  );

  it.concurrent(
    'stops now: tells nobody, ends the instance',
    play(async (scene) => {
      const { world, endOf } = scene;
      const handle = await training(scene);
      await stop(handle, 'now');
      expect(await endOf(handle)).toMatchObject({ how: 'Canceled', result: { leftovers: 0 } });
      expect(world.count('stopTraining')).toBe(0);
    }),
  );

  it.concurrent(
    'hurries when a graceful stop takes too long for its asker',
    play(async (scene) => {
      const { world, endOf } = scene;
      world.scripts[0] = { seconds: 600, stopTakes: 600 };
      const handle = await training(scene);
      await stop(handle, 'graceful');
      await statusWhere(handle, phase('stopping'));
      await stop(handle, 'now');
      expect(await endOf(handle)).toMatchObject({ how: 'Canceled' });
    }),
  );

  it.concurrent(
    'closes Canceled when Temporal was asked to cancel, as gracefully',
    play(async (scene) => {
      const { world, endOf } = scene;
      const handle = await training(scene);
      await handle.cancel();
      const ended = await endOf(handle);
      expect(ended).toMatchObject({ how: 'Canceled' });
      expect(world.summaries[0]?.result).toMatchObject({ outcome: 'cancelled', leftovers: 0 });
      expect(world.count('stopTraining')).toBe(1);
      const { status, memo, searchAttributes } = await handle.describe();
      expect(status.name).toBe('CANCELLED');
      expect(memo).toEqual({ outcome: 'cancelled', reason: 'cancelled through Temporal' });
      expect(searchAttributes).toMatchObject({ TrainctlOutcome: ['cancelled'], TrainctlPhase: ['ended'] });
    }),
  );

  it.concurrent(
    'stops at a deadline while an activity truly runs',
    play(async ({ world, run }) => {
      await inTime(4, async (limit) => {
        const ended = await run({ limits: { maxDurationSeconds: limit } });
        expect(ended).toMatchObject({ how: 'deadline' });
        expect(ended.seconds).toBeGreaterThanOrEqual(limit);
        expect(ended.seconds).toBeLessThan(limit + LATE);
        return world.count('supervise') > 0;
      });
      expect(world.count('stopTraining')).toBe(1);
    }),
  );

  it.concurrent(
    'is cancelled, with its outputs, when the stop comes during the last uploads; a limit then changes nothing',
    play(async (scene) => {
      const { world, start, endOf } = scene;
      const script = { seconds: 0, uploads: 600 };
      world.scripts[0] = script;
      const handle = await training(scene);
      const limited = await inTime(3, async (limit) => {
        const other = await start({ limits: { maxDurationSeconds: limit } });
        const at = await statusWhere(other, (s) => s.phase === 'stopping' || s.outcome !== undefined);
        return at.phase === 'stopping' && other;
      });
      await stop(handle, 'graceful');
      for (const one of [handle, limited]) await told(scene, one);
      script.uploads = 0;
      expect(await endOf(handle)).toMatchObject({ how: 'Canceled' });
      expect(await endOf(limited)).toMatchObject({ how: 'succeeded' });
      const ends = [handle, limited].map(({ workflowId }) =>
        world.summaries.find((one) => one.status.run === workflowId),
      );
      for (const end of ends) expect(end?.status.outputs).toMatchObject([{ files: 1 }]);
      expect(ends[0]?.status.attempts[0]?.reason).toMatch(/had exited 0/);
    }),
  );

  it.concurrent(
    'keeps a success that came before the stop',
    play(async (scene) => {
      const { world, endOf } = scene;
      world.scripts[0] = { seconds: 1 };
      const handle = await training(scene);
      await world.until(() => !world.of(1).trains(Date.now()));
      await stop(handle, 'graceful').catch(() => undefined);
      expect(await endOf(handle)).toMatchObject({ how: 'succeeded' });
    }),
  );
});

describe('before it trains', () => {
  it.concurrent(
    'closes Canceled when it is cancelled before its first step',
    play(async ({ world, start, endOf }) => {
      world.faults.arm({ activity: 'resolveRun', when: 'hang', times: 100 });
      const handle = await start({});
      await handle.cancel();
      expect(await endOf(handle)).toMatchObject({ how: 'Canceled' });
      expect(world.instances).toEqual([]);
    }),
  );

  it.concurrent.each([
    ['resolveRun', 'graceful'],
    ['awaitReachable', 'graceful'],
    ['syncCode', 'graceful'],
    ['installDependencies', 'now'],
  ] as const)(
    'stops while %s hangs',
    play(async ({ world, start, endOf }, activity, mode) => {
      world.faults.arm({ activity, when: 'hang', times: 100 });
      const handle = await start({});
      await world.until(() => world.count(activity) > 0);
      await stop(handle, mode);
      const ended = await endOf(handle);
      expect(ended).toMatchObject({ how: 'Canceled' });
      expect(world.count('startTraining')).toBe(0);
    }),
  );

  it.concurrent(
    'ends at the deadline while an installation blocks',
    play(async ({ world, run }) => {
      world.faults.arm({ activity: 'installDependencies', when: 'hang', times: 100 });
      const ended = await run({ limits: { maxDurationSeconds: 3 } });
      expect(ended).toMatchObject({ how: 'deadline', result: { leftovers: 0 } });
      expect(ended.seconds).toBeLessThan(3 + LATE);
    }),
  );

  it.concurrent(
    'stops while the launch is in flight, and ends what its lost reply hid',
    play(async ({ world, start, endOf }) => {
      const reply = world.hold('launchInstance');
      world.faults.arm({ activity: 'launchInstance', when: 'after', times: 100 });
      const handle = await start({});
      await world.until(() => world.count('launchInstance') > 0);
      await stop(handle, 'graceful');
      expect(world.count('terminateAttempt')).toBe(0);
      reply.release();
      // No further try; the undo repeats the token.
      expect(await endOf(handle)).toMatchObject({ how: 'Canceled', result: { leftovers: 0 } });
      expect(world.instances).toHaveLength(1);
      expect(world.count('launchInstance')).toBe(1);
      expect(world.lastUndo?.unknownLaunch).toMatchObject({ try: 1 });
    }),
  );

  it.concurrent(
    'ends at the deadline while the launch fails again and again',
    play(async ({ world, run }) => {
      world.faults.arm({ activity: 'launchInstance', when: 'before', times: 100 });
      const ended = await run({ limits: { maxDurationSeconds: 9 } });
      expect(ended).toMatchObject({ how: 'deadline', result: { leftovers: 0 } });
      expect(ended.seconds).toBeGreaterThanOrEqual(9);
      // The fifth try would be 15 s after the first, the sixth and last 30 s.
      expect(ended.seconds).toBeLessThan(LATE);
      expect(world.count('launchInstance')).toBeGreaterThan(1);
      expect(world.count('launchInstance')).toBeLessThanOrEqual(4);
    }),
  );

  it.concurrent(
    'stops while it waits for capacity',
    play(async ({ world, start, endOf }) => {
      world.refuse({ refusal: 'capacity' });
      const handle = await start({});
      await statusWhere(handle, phase('waiting-for-capacity'));
      await stop(handle, 'graceful');
      expect(await endOf(handle)).toMatchObject({ how: 'Canceled' });
      // It has not waited to the end.
      const { events } = await handle.fetchHistory();
      const waits = (events ?? []).flatMap(({ timerStartedEventAttributes: timer }) =>
        [1, 2, 4].includes(Number(timer?.startToFireTimeout?.seconds ?? 0) / FIRST_WAIT) ? [timer?.timerId] : [],
      );
      const cancelled = (events ?? []).map(({ timerCanceledEventAttributes: timer }) => timer?.timerId);
      expect(cancelled).toContain(waits.at(-1) ?? 'a wait');
    }),
  );

  it.concurrent(
    'stops while it waits before a retry',
    play(async ({ world, start, endOf }) => {
      world.scripts[0] = { seconds: 0, exitCode: 1 };
      const handle = await start({ retry: { failures: 5 } });
      await statusWhere(handle, phase('backing-off'));
      await handle.cancel();
      expect(await endOf(handle)).toMatchObject({ how: 'Canceled' });
    }),
  );
});

describe('while it is cleaned up', () => {
  it.concurrent(
    'keeps the outcome when a cancel comes during the undo',
    play(async ({ world, start, endOf }) => {
      world.scripts[0] = { seconds: 0, exitCode: 2 };
      const undo = world.hold('terminateAttempt');
      const handle = await start({});
      await world.until(() => world.count('terminateAttempt') > 0);
      await handle.cancel();
      await expect(stop(handle, 'now')).rejects.toMatchObject({
        cause: { message: expect.stringContaining('too late') },
      });
      undo.release();
      expect(await endOf(handle)).toMatchObject({ how: 'failed', message: 'exited 2', result: { leftovers: 0 } });
    }),
  );
});
