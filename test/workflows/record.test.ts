import { MESSAGES, RECONCILE_TYPE, TASK_QUEUES } from '../../contract';
import { recordShapes } from './support/histories';
import { statusWhere } from './support/status';

/** `RECORD=1 npx jest test/workflows/record`: see {@link recordShapes}. */
recordShapes({
  async succeeded(stage, world, shape) {
    world.scripts[0] = { seconds: 2 };
    const handle = await stage.start({ inputs: [{ from: 's3://bucket/data/', to: 'data/' }] }, shape);
    expect(await stage.ended(handle)).toMatchObject({ how: 'succeeded' });
    return handle;
  },

  /** Resumed, and then it succeeded. */
  async interrupted(stage, world, shape) {
    world.scripts = { 1: { seconds: 600, noticeAfter: 2, noticeSeconds: 60, stopTakes: 1 }, 2: { seconds: 2 } };
    const handle = await stage.start({}, shape);
    expect(await stage.ended(handle)).toMatchObject({ how: 'succeeded', result: { interruptions: 1 } });
    return handle;
  },

  /** Tried again, and failed again. */
  async failed(stage, world, shape) {
    world.scripts[0] = { seconds: 1, exitCode: 1, tail: 'ValueError: banana' };
    const handle = await stage.start({ retry: { failures: 1 } }, shape);
    expect(await stage.ended(handle)).toMatchObject({ how: 'failed' });
    return handle;
  },

  /** A resume failed; the next attempt took the checkpoint before, and succeeded. */
  async 'stepped-back'(stage, world, shape) {
    world.scripts = {
      1: { seconds: 600, checkpointEvery: 1, lostAfter: 2.5 },
      2: { seconds: 0.2, exitCode: 1 },
      3: { seconds: 1 },
    };
    const handle = await stage.start({}, shape);
    const ended = await stage.ended(handle);
    expect(ended).toMatchObject({ how: 'succeeded', result: { attemptCount: 3, interruptions: 1 } });
    return handle;
  },

  async invalid(stage, _world, shape) {
    const handle = await stage.start('python train.py', shape);
    expect(await stage.ended(handle)).toMatchObject({ how: 'invalid' });
    return handle;
  },

  async 'stopped-preparing'(stage, world, shape) {
    world.faults.arm({ activity: 'installDependencies', when: 'hang', times: 100 });
    const handle = await stage.start({}, shape);
    await world.until(() => world.count('installDependencies') > 0);
    await handle.executeUpdate(MESSAGES.stop, { args: [{ mode: 'graceful' }] });
    expect(await stage.ended(handle)).toMatchObject({ how: 'cancelled' });
    return handle;
  },

  /** Lost while its dependencies were installed, and again by a notice while its code was on its way. */
  async 'interrupted-preparing'(stage, world, shape) {
    world.scripts[0] = { seconds: 1 };
    world.faults.arm({ activity: 'installDependencies', when: 'hang' });
    const handle = await stage.start({}, shape);
    await world.until(() => world.count('installDependencies') > 0);
    world.faults.arm({ activity: 'syncCode', when: 'hang' });
    world.of(1).terminate(Date.now(), 'Server.SpotInstanceTermination');
    await world.until(() => world.count('syncCode') > 1);
    world.of(2).notify(Date.now());
    expect(await stage.ended(handle)).toMatchObject({ how: 'succeeded', result: { interruptions: 2 } });
    return handle;
  },

  /** Lost without notice, then unreachable, then interrupted for good. */
  async 'interruptions-used-up'(stage, world, shape) {
    world.scripts = {
      1: { seconds: 600, lostAfter: 1 },
      2: { seconds: 600, silentAfter: 1 },
      3: { seconds: 600, lostAfter: 1 },
    };
    const handle = await stage.start({ retry: { interruptions: 2 } }, shape);
    expect(await stage.ended(handle)).toMatchObject({ how: 'interrupted' });
    return handle;
  },

  async unreachable(stage, world, shape) {
    world.scripts[0] = { seconds: 600, silentAfter: 1 };
    const handle = await stage.start({ retry: { interruptions: 0 } }, shape);
    expect(await stage.ended(handle)).toMatchObject({ how: 'unreachable' });
    return handle;
  },

  /** Released; a webhook was told of it. */
  async held(stage, world, shape) {
    world.webhook = true;
    world.scripts[0] = { seconds: 0.5, exitCode: 3 };
    world.postWebhook = async () => ({ sent: true });
    const handle = await stage.start({ hold: { on: 'failed', forSeconds: 3600 } }, shape);
    await statusWhere(handle, (s) => s.phase === 'held');
    await world.until(() => world.count('renewLease') > 0);
    await handle.executeUpdate(MESSAGES.release);
    expect(await stage.ended(handle)).toMatchObject({ how: 'failed' });
    return handle;
  },

  /** After EC2 had refused. */
  async budget(stage, world, shape) {
    world.scripts[0] = { seconds: 600 };
    world.refuse({ refusal: 'capacity', times: 1 });
    const handle = await stage.start({ limits: { maxCostUsd: 0.0121 } }, shape);
    expect(await stage.ended(handle)).toMatchObject({ how: 'budget' });
    return handle;
  },

  async deadline(stage, world, shape) {
    world.scripts[0] = { seconds: 600, stopTakes: 0.5 };
    const handle = await stage.start({ limits: { maxDurationSeconds: 3 } }, shape);
    expect(await stage.ended(handle)).toMatchObject({ how: 'deadline' });
    return handle;
  },

  async 'no-capacity'(stage, world, shape) {
    world.refuse({ refusal: 'capacity' });
    const handle = await stage.start({ limits: { capacityWaitSeconds: 2 } }, shape);
    expect(await stage.ended(handle)).toMatchObject({ how: 'no-capacity' });
    return handle;
  },

  /** A pass of the reconciler. */
  async reconciled(stage, _world, shape) {
    const orphan = { kind: 'instance', id: 'i-1', region: 'us-east-1', run: 'orphan', attempt: 1 } as const;
    const toEnd = [{ ...orphan, reason: 'closed-run' as const }];
    const where = { installation: 'test', namespaceId: 'ns', regions: ['us-east-1'] };
    stage.reconcile = {
      surveyResources: async () => ({ ...where, seen: 1, toEnd, more: 0, leftAlone: [] }),
      endResources: async () => ({ ended: toEnd, pending: [] }),
    };
    const handle = await stage.env.client.workflow.start(RECONCILE_TYPE, {
      taskQueue: TASK_QUEUES.main,
      workflowId: shape,
    });
    expect(await handle.result()).toMatchObject({ endedCount: 1 });
    return handle;
  },
});
