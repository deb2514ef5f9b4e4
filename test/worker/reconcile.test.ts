import { MESSAGES, RECONCILE_SCHEDULE, type RunStatus, TASK_QUEUES } from '../../contract';
import { runsOf } from '../../worker/temporal/runs';
import { ensureSchedule } from '../../worker/temporal/schedule';
import { Stage } from '../workflows/support/stage';
import { statusWhere } from '../workflows/support/status';

/** The real workflow on a real server: what Temporal and a run say to the reconciler. */
let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open('real');
});
afterAll(() => stage?.close());

describe('how a run is', () => {
  const stateOf = (id: string) => runsOf(stage.env.client).stateOf(id);

  it('open with its retired attempts; closed once it is terminated; the newest of its id counts', async () => {
    const world = stage.fresh();
    world.scripts = { 1: { seconds: 600, lostAfter: 1 }, 2: { seconds: 600 } };
    const first = await stage.start({}, 'again');
    await statusWhere(first, (status) => status.phase === 'training' && status.attemptCount === 2);
    await statusWhere(first, (status) => (status.retiredAttempts ?? []).length > 0);
    const own = async (handle: typeof first) => (await handle.query<RunStatus>(MESSAGES.status)).runKey;
    expect(await stateOf('again')).toEqual({ kind: 'open', runKey: await own(first), retired: [1] });
    await first.terminate('as an operator might');
    expect(await stateOf('again')).toEqual({ kind: 'closed' });

    // Fake worlds know a run by its workflow id alone.
    stage.fresh().scripts = { 0: { seconds: 600 } };
    const second = await stage.start({}, 'again');
    await statusWhere(second, (status) => status.attemptCount === 1);
    expect(await stateOf('again')).toEqual({ kind: 'open', runKey: await own(second), retired: [] });
    await second.executeUpdate(MESSAGES.stop, { args: [{ mode: 'now' }] });
    await stage.ended(second);
  });

  it('open without an answer when no worker polls for it', async () => {
    const handle = await stage.env.client.workflow.start('trainingRun', {
      taskQueue: 'nobody-polls-this',
      workflowId: 'alone',
      args: [{}],
    });
    expect(await stateOf('alone')).toEqual({ kind: 'open' });
    await handle.terminate();
  }, 30_000);

  it('unknown', async () => {
    expect(await stateOf('never-was')).toEqual({ kind: 'unknown' });
  });
});

describe('the schedule', () => {
  it('is created once, however many workers start, and left as people have set it', async () => {
    const { client } = stage.env;
    const created = await Promise.all([ensureSchedule(client), ensureSchedule(client)]);
    expect(created.filter(Boolean)).toHaveLength(1);
    const handle = client.schedule.getHandle(RECONCILE_SCHEDULE);
    const { spec, policies, action } = await handle.describe();
    expect(spec.intervals?.[0]?.every).toBe(300_000);
    expect(policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 600_000, pauseOnFailure: false });
    expect(action).toMatchObject({ workflowType: 'reconcile', taskQueue: TASK_QUEUES.main });
    await handle.pause('by hand');
    expect(await ensureSchedule(client)).toBe(false);
    expect((await handle.describe()).state.paused).toBe(true);
  });

  it('starts a pass, which says what it did', async () => {
    const surveyed = new Promise<void>((resolve) => {
      stage.reconcile.surveyResources = async () => {
        resolve();
        const seen = { seen: 0, toEnd: [], more: 0, leftAlone: [] };
        return { installation: 'test', namespaceId: 'ns', regions: ['us-east-1'], ...seen };
      };
    });
    const schedule = stage.env.client.schedule.getHandle(RECONCILE_SCHEDULE);
    await schedule.unpause();
    await schedule.trigger();
    await surveyed;
  });
});
