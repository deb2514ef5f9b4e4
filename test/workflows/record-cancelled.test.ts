import type { WorkflowHandle } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import { MESSAGES, type Phase, TASK_QUEUES, WORKFLOW_TYPE } from '../../contract';
import { recordShapes, type Shape } from './support/histories';
import type { Stage } from './support/stage';
import { statusWhere } from './support/status';

const inPhase = (handle: WorkflowHandle, phase: Phase) => statusWhere(handle, (s) => s.phase === phase);

/** Asks Temporal to cancel, and waits for the end. */
async function cancelled(stage: Stage, handle: WorkflowHandle, how = 'Canceled'): Promise<WorkflowHandle> {
  await handle.cancel();
  expect(await stage.ended(handle)).toMatchObject({ how });
  return handle;
}

/** Cancelled while an activity does not answer. */
const hanging =
  (activity: 'resolveRun' | 'awaitReachable' | 'installDependencies'): Shape =>
  async (stage, world, shape) => {
    world.faults.arm({ activity, when: 'hang', times: 100 });
    const handle = await stage.start({}, shape);
    await world.until(() => world.count(activity) > 0);
    return cancelled(stage, handle);
  };

/** One for each phase that a run can be cancelled in, and one that knows other buttons of Temporal. */
recordShapes({
  'cancelled-resolving': hanging('resolveRun'),
  'cancelled-reaching': hanging('awaitReachable'),
  'cancelled-preparing': hanging('installDependencies'),

  /** EC2 has launched, and its answer is on its way. */
  async 'cancelled-launching'(stage, world, shape) {
    const { release } = world.hold('launchInstance');
    const handle = await stage.start({}, shape);
    await world.until(() => world.instances.length > 0);
    await handle.cancel();
    release();
    expect(await stage.ended(handle)).toMatchObject({ how: 'Canceled' });
    expect(world.alive()).toEqual([]);
    return handle;
  },

  async 'cancelled-waiting-for-capacity'(stage, world, shape) {
    world.refuse({ refusal: 'capacity' });
    const handle = await stage.start({}, shape);
    await inPhase(handle, 'waiting-for-capacity');
    return cancelled(stage, handle);
  },

  /** In training. */
  async cancelled(stage, world, shape) {
    world.scripts[0] = { seconds: 600 };
    const handle = await stage.start({ limits: { maxCostUsd: 1 } }, shape);
    await inPhase(handle, 'training');
    await handle.executeUpdate(MESSAGES.extend, { args: [{ costUsd: 1 }] });
    return cancelled(stage, handle);
  },

  /** The command has ended well, and its outputs are going up. */
  async 'cancelled-uploading'(stage, world, shape) {
    world.scripts[0] = { seconds: 0.2, uploads: 2 };
    const handle = await stage.start({ outputs: [{ from: 'outputs/' }] }, shape);
    await inPhase(handle, 'training');
    await world.until(() => Date.now() > world.of(1).exitAt());
    return cancelled(stage, handle);
  },

  /** Stopped before, with a grace that is not over. */
  async 'cancelled-stopping'(stage, world, shape) {
    world.scripts[0] = { seconds: 600, stopTakes: 2 };
    const handle = await stage.start({}, shape);
    await inPhase(handle, 'training');
    await handle.executeUpdate(MESSAGES.stop, { args: [{ mode: 'graceful' }] });
    await inPhase(handle, 'stopping');
    return cancelled(stage, handle);
  },

  async 'cancelled-backing-off'(stage, world, shape) {
    world.scripts[0] = { seconds: 0.2, exitCode: 1 };
    const handle = await stage.start({ retry: { failures: 1 } }, shape);
    await inPhase(handle, 'backing-off');
    return cancelled(stage, handle);
  },

  /** The outcome was known before. */
  async 'cancelled-held'(stage, world, shape) {
    world.scripts[0] = { seconds: 0.2, exitCode: 3 };
    const handle = await stage.start({ hold: { on: 'failed', forSeconds: 3600 } }, shape);
    await inPhase(handle, 'held');
    return cancelled(stage, handle, 'failed');
  },

  /** The undo goes on, and the outcome is that of before. */
  async 'cancelled-cleaning-up'(stage, world, shape) {
    world.scripts[0] = { seconds: 0.2 };
    world.terminateTakes = 2;
    const handle = await stage.start({}, shape);
    await inPhase(handle, 'cleaning-up');
    return cancelled(stage, handle, 'succeeded');
  },

  /** Started like another run, with a timeout; its supervision was ended by an option that was changed in Temporal. */
  async 'begun-like-another'(stage, world, shape) {
    world.scripts[0] = { seconds: 600 };
    const { client } = stage.env;
    const step = defineSearchAttributeKey('TrainctlStep', SearchAttributeType.INT);
    const handle = await client.workflow.start(WORKFLOW_TYPE, {
      taskQueue: TASK_QUEUES.main,
      workflowId: shape,
      args: [{}],
      typedSearchAttributes: [{ key: step, value: 8 }],
      memo: { outcome: 'failed' },
      workflowExecutionTimeout: '1 hour',
    });
    await statusWhere(handle, (s) => s.phase === 'training');
    await world.until(() => world.count('supervise') > 0);
    await client.workflowService.updateActivityOptions({
      namespace: 'default',
      execution: { workflowId: shape },
      type: 'supervise',
      activityOptions: { scheduleToCloseTimeout: msToTs(100) },
      updateMask: { paths: ['schedule_to_close_timeout'] },
    });
    await statusWhere(handle, (s) => (s.warnings ?? []).some(({ message }) => message.includes('watched anew')));
    await world.until(() => world.count('supervise') > 1);
    await handle.executeUpdate(MESSAGES.stop, { args: [{ mode: 'now' }] });
    expect(await stage.ended(handle)).toMatchObject({ how: 'cancelled' });
    const { searchAttributes, memo } = await handle.describe();
    expect(searchAttributes.TrainctlStep?.[0] ?? null).toBeNull();
    expect(memo).toMatchObject({ outcome: 'cancelled' });
    return handle;
  },
});
