import { FAILURES, MESSAGES, RECONCILE_TYPE, TASK_QUEUES } from '../../contract';
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

  /** Stopped in training; it closes Canceled. */
  async stopped(stage, world, shape) {
    world.scripts[0] = { seconds: 600 };
    const handle = await stage.start({}, shape);
    await statusWhere(handle, (s) => s.phase === 'training');
    await handle.executeUpdate(MESSAGES.stop, { args: [{ mode: 'graceful' }] });
    expect(await stage.ended(handle)).toMatchObject({ how: 'Canceled', message: 'stopped by request' });
    return handle;
  },

  async 'stopped-preparing'(stage, world, shape) {
    world.faults.arm({ activity: 'installDependencies', when: 'hang', times: 100 });
    const handle = await stage.start({}, shape);
    await world.until(() => world.count('installDependencies') > 0);
    await handle.executeUpdate(MESSAGES.stop, { args: [{ mode: 'graceful' }] });
    expect(await stage.ended(handle)).toMatchObject({ how: 'Canceled' });
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

  /** Lost before the training as often as may be. */
  async 'never-trained'(stage, world, shape) {
    world.scripts[0] = { fails: { step: 'syncCode', type: FAILURES.instanceLost, message: 'it is gone' } };
    const handle = await stage.start({}, shape);
    expect(await stage.ended(handle)).toMatchObject({ how: 'interrupted', result: { attemptCount: 3 } });
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

  /** Taken by EC2 before its time, after a notice. */
  async 'held-lost'(stage, world, shape) {
    world.scripts[0] = { seconds: 0.5, exitCode: 3 };
    const handle = await stage.start({ hold: { on: 'failed', forSeconds: 3600 } }, shape);
    await statusWhere(handle, (s) => s.phase === 'held');
    world.of(1).notify(Date.now());
    await statusWhere(handle, (s) => s.attempts[0]?.notice !== undefined);
    await world.until(() => world.count('hearEc2') > 2);
    world.of(1).terminate(Date.now(), 'Server.SpotInstanceTermination');
    expect(await stage.ended(handle)).toMatchObject({ how: 'failed' });
    return handle;
  },

  /** Its maintenance was scheduled for later, and then was near, while its dependencies were installed. */
  async maintained(stage, world, shape) {
    world.scripts[0] = { seconds: 1 };
    world.faults.arm({ activity: 'installDependencies', when: 'hang' });
    const handle = await stage.start({}, shape);
    await world.until(() => world.count('installDependencies') > 0);
    world.of(1).scheduled = { action: 'instance-retirement', at: Date.now() + 86_400_000 };
    await statusWhere(handle, (s) => s.attempts[0]?.scheduled !== undefined);
    world.of(1).scheduled = { action: 'instance-retirement', at: Date.now() + 600_000 };
    expect(await stage.ended(handle)).toMatchObject({ how: 'succeeded', result: { interruptions: 1 } });
    return handle;
  },

  /** By somebody who has no updates, and who sent other things as well. */
  async 'ordered-by-signal'(stage, world, shape) {
    world.scripts[0] = { seconds: 600 };
    const handle = await stage.start({}, shape);
    const { deadlineAt } = await statusWhere(handle, (s) => s.phase === 'training');
    for (const [name, args] of [
      ['Halt', 1],
      ['hostEvent', {}],
      ['extend', { duration: '1h' }],
    ] as const)
      await handle.signal<[unknown]>(name, args);
    await statusWhere(handle, (s) => s.deadlineAt !== deadlineAt);
    await handle.signal(MESSAGES.takeCheckpoint);
    await world.until(() => world.count('takeCheckpoint') > 0);
    await handle.signal(MESSAGES.stop, { mode: 'graceful' });
    expect(await stage.ended(handle)).toMatchObject({ how: 'Canceled' });
    return handle;
  },

  /** Extended, and then told things by somebody who is no worker. */
  async 'told-by-others'(stage, world, shape) {
    world.scripts[0] = { seconds: 600 };
    const handle = await stage.start({ limits: { maxCostUsd: 1 } }, shape);
    await statusWhere(handle, (s) => s.phase === 'training');
    await handle.executeUpdate(MESSAGES.extend, { args: [{ duration: '1h', costUsd: 1 }] });
    const told = { attempt: 1, node: 0, sequence: 0 };
    const forged = { kind: 'disconnected', why: 'forged' };
    for (const epoch of [Number.MAX_SAFE_INTEGER, 7])
      await handle.signal(MESSAGES.hostEvent, { ...told, epoch, event: forged });
    const event = { kind: 'warning', message: 'late' };
    await handle.signal(MESSAGES.hostEvent, { ...told, epoch: 1, event });
    await statusWhere(handle, (s) => (s.warnings ?? []).some(({ message }) => message === 'late'));
    await handle.executeUpdate(MESSAGES.stop, { args: [{ mode: 'now' }] });
    expect(await stage.ended(handle)).toMatchObject({ how: 'Canceled' });
    return handle;
  },

  /** By a host whose attachment began before Temporal's clock was set back. */
  async 'told-of-the-future'(stage, world, shape) {
    world.scripts[0] = { seconds: 600 };
    const handle = await stage.start({}, shape);
    await statusWhere(handle, (s) => s.phase === 'training');
    const told = { attempt: 1, node: 0, sequence: 0, epoch: Number.MAX_SAFE_INTEGER };
    await handle.signal(MESSAGES.hostEvent, { ...told, event: { kind: 'warning', message: 'early' } });
    await statusWhere(handle, (s) => (s.warnings ?? []).some(({ message }) => message === 'early'));
    await handle.executeUpdate(MESSAGES.stop, { args: [{ mode: 'now' }] });
    expect(await stage.ended(handle)).toMatchObject({ how: 'cancelled' });
    return handle;
  },

  /** Stopped while a successor waited on a host that did not answer the renewal of its lease. */
  async 'stopped-waiting'(stage, world, shape) {
    world.scripts = { 1: { seconds: 600, noticeAfter: 1, noticeSeconds: 600, ignoresNotice: true } };
    world.faults.arm({ activity: 'renewLease', when: 'hang' });
    const handle = await stage.start({ limits: { leaseSeconds: 40 } }, shape);
    await world.until(() => world.count('renewLease') > 0);
    await handle.executeUpdate(MESSAGES.stop, { args: [{ mode: 'graceful' }] });
    expect(await stage.ended(handle)).toMatchObject({ how: 'Canceled' });
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
