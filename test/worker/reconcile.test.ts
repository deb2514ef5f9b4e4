import { setTimeout as sleep } from 'node:timers/promises';
import { MESSAGES, RECONCILE_SCHEDULE, type RecordedInstallation, type RunStatus, TASK_QUEUES } from '../../contract';
import { GoneRuns } from '../../worker/gone/runs';
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
    expect(await stateOf('again')).toMatchObject({ kind: 'open', runKey: await own(first), retired: [1] });
    await first.terminate('as an operator might');
    expect(await stateOf('again')).toEqual({ kind: 'closed' });

    // Fake worlds know a run by its workflow id alone.
    stage.fresh().scripts = { 0: { seconds: 600 } };
    const second = await stage.start({}, 'again');
    await statusWhere(second, (status) => status.attemptCount === 1);
    expect(await stateOf('again')).toEqual({
      kind: 'open',
      runKey: await own(second),
      retired: [],
      limits: { deadline: expect.any(Number) },
    });
    await second.executeUpdate(MESSAGES.stop, { args: [{ mode: 'now' }] });
    await stage.ended(second);
  });

  it('open with the attempt that it is undoing', async () => {
    const world = stage.fresh();
    world.scripts = { 0: { seconds: 0.2 } };
    world.terminateTakes = 600;
    const run = await stage.start({}, 'being-undone');
    await statusWhere(run, ({ phase }) => phase === 'cleaning-up');
    expect(await stateOf('being-undone')).toMatchObject({ kind: 'open', retired: [], ended: [1] });
    await run.terminate();
  });

  it('open without an answer when no worker polls for it', async () => {
    const handle = await stage.env.client.workflow.start('trainingRun', {
      taskQueue: 'nobody-polls-this',
      workflowId: 'alone',
      args: [{}],
      memo: { limits: { deadlineAt: '2027-01-15T08:00:00.000Z', budgetEndsAt: 'soon' } },
    });
    const limits = { deadline: 1_800_000_000_000 };
    expect(await stateOf('alone')).toEqual({ kind: 'open', limits });
    await handle.terminate();
  });

  it('unknown', async () => {
    expect(await stateOf('never-was')).toEqual({ kind: 'unknown' });
  });
});

const installation: RecordedInstallation = {
  name: 'default',
  cloud: 'local',
  region: 'us-east-1',
  bucket: 'b',
  prefix: '',
  secret: 'f',
  recordedAt: '2026-01-01T00:00:00.000Z',
};

describe('runs that Temporal has ended', () => {
  const quiet = { info: () => undefined, warn: () => undefined };
  const open = { kind: 'open' };
  /** Workflow ids that the reconciler was asked to look at. */
  const looked: string[] = [];
  beforeAll(() => {
    stage.reconcile.endResources = async ({ run }) => {
      looked.push(run);
      return { ended: [], pending: [] };
    };
  });

  const training = async (id: string) => {
    stage.fresh().scripts = { 0: { seconds: 600 } };
    const run = await stage.start({}, id);
    await statusWhere(run, ({ phase }) => phase === 'training');
    return run;
  };
  const until = async (looks: () => Promise<unknown>, done: () => boolean): Promise<void> => {
    while (!done()) {
      await looks();
      await sleep(100);
    }
  };

  it('are found in the list of Temporal, and looked at once, however many workers find them', async () => {
    const { client } = stage.env;
    const cut = await training('cut-short');
    await cut.terminate('as an operator might');
    const workers = [new GoneRuns(client, 'default', quiet), new GoneRuns(client, 'default', quiet)];
    await until(
      () => Promise.all(workers.map((worker) => worker.list())),
      () => looked.includes('cut-short'),
    );
    expect(looked.filter((run) => run === 'cut-short')).toHaveLength(1);
  });

  it('are found by the answer to a heartbeat; one that is open is left alone', async () => {
    const { client } = stage.env;
    const run = await training('heard-of');
    const { runId } = await run.describe();
    const worker = new GoneRuns(client, 'default', quiet);
    await worker.heartbeatUnknown({ workflowId: 'heard-of', runId });
    expect(await runsOf(client).stateOf('heard-of')).toMatchObject(open);
    expect(looked).not.toContain('heard-of');
    await run.terminate();
    await until(
      () => worker.heartbeatUnknown({ workflowId: 'heard-of', runId }),
      () => looked.includes('heard-of'),
    );
  });

  it('are left alone while the schedule of the reconciler is paused', async () => {
    const { client } = stage.env;
    await ensureSchedule(client, installation);
    const schedule = client.schedule.getHandle(RECONCILE_SCHEDULE);
    await schedule.pause();
    const run = await training('left-alone');
    const { runId } = await run.describe();
    await run.terminate();
    const worker = new GoneRuns(client, 'default', quiet);
    await worker.heartbeatUnknown({ workflowId: 'left-alone', runId });
    expect(looked).not.toContain('left-alone');
    await schedule.delete();
  });
});

describe('the schedule', () => {
  it('is created once, however many workers start, and left as people have set it', async () => {
    const { client } = stage.env;
    const created = await Promise.all([ensureSchedule(client, installation), ensureSchedule(client, installation)]);
    expect(created.filter(Boolean)).toHaveLength(1);
    const handle = client.schedule.getHandle(RECONCILE_SCHEDULE);
    const { spec, policies, action } = await handle.describe();
    expect(spec.intervals?.[0]?.every).toBe(300_000);
    expect(policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 600_000, pauseOnFailure: false });
    expect(action).toMatchObject({ workflowType: 'reconcile', taskQueue: TASK_QUEUES.main });
    await handle.pause('by hand');
    expect(await ensureSchedule(client, installation)).toBe(false);
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
