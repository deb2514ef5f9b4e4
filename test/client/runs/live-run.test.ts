import {
  type FollowEvent,
  factsBetween,
  followRun,
  type RunHandle,
  type RunView,
  type TrainctlClient,
} from '../../../client';
import { nodePrefix, type RunSpec, segmentName, TASK_QUEUES, WORKFLOW_TYPE } from '../../../contract';
import { specOf } from '../../support/spec';
import { Stage } from '../../workflows/support/stage';
import { MemoryObjects } from '../support/memory-objects';
import { clientOver } from '../support/settings-fixture';

/** The real workflow on a real server; EC2, S3 and hosts are modelled. */
describe('following a run', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open('real');
  });
  afterAll(() => stage.close());

  /** The modelled worker takes a resolved spec, which no client would send. */
  async function start(client: TrainctlClient, spec: RunSpec, workflowId: string): Promise<RunHandle> {
    await stage.env.client.workflow.start(WORKFLOW_TYPE, { workflowId, taskQueue: TASK_QUEUES.main, args: [spec] });
    return client.get(workflowId);
  }

  const closeOf = async (id: string): Promise<string> =>
    (await stage.env.client.workflow.getHandle(id).describe()).status.name;

  it('tells an interrupted run from launch to success, with its log in order', async () => {
    const world = stage.fresh();
    // Each attempt goes on until it has been seen, however rarely a busy machine looks.
    const second = { seconds: 600 };
    world.scripts = { 1: { seconds: 600 }, 2: second };
    const objects = new MemoryObjects();
    const client = clientOver(stage.env.client, objects);
    const handle = await start(client, specOf(), 'follow-aaaa');
    const put = (runKey: string, attempt: number, text: string): void => {
      const prefix = nodePrefix('', runKey, attempt, 0);
      objects.set(`${prefix}log/${segmentName(0, text.length)}`, text);
      objects.set(
        `${prefix}live.json`,
        JSON.stringify({
          at: '',
          attempt,
          node: 0,
          phase: 'final',
          step: attempt,
          logBytes: text.length,
          logUploaded: text.length,
        }),
      );
    };
    // The modelled world has run keys of its own; objects are under the one that the client derives.
    const watched = await client.get('follow-aaaa');
    const seen: FollowEvent[] = [];
    for await (const event of followRun(watched, { log: true, intervalMs: 100 })) {
      seen.push(event);
      if (event.kind !== 'status') continue;
      if (event.view.attempts.length === 1) put(watched.runKey, 1, 'one\ntwo');
      if (world.count('supervise') > 0) world.of(1).notify(Date.now());
      if (event.view.attempts.length !== 2) continue;
      put(watched.runKey, 2, 'three\n');
      second.seconds = 0.5;
    }
    expect(seen.flatMap((e) => (e.kind === 'log' ? [`${e.attempt} ${e.line}`] : []))).toEqual([
      '1 one',
      '1 two',
      '2 three',
    ]);
    const views = seen.flatMap((e): RunView[] => (e.kind === 'status' ? [e.view] : []));
    const facts = views.flatMap((view, i) => factsBetween(views[i - 1], view).map((fact) => fact.event));
    for (const event of ['attempt', 'stage', 'notice', 'attempt-ended']) expect(facts).toContain(event);
    expect(facts.filter((event) => event === 'attempt')).toHaveLength(2);
    expect(seen.at(-1)).toMatchObject({
      kind: 'ended',
      view: { outcome: 'succeeded', attemptCount: 2, interruptions: 1 },
    });
    expect(await handle.result()).toMatchObject({ outcome: 'succeeded', attemptCount: 2, interruptions: 1 });
    expect(world.breaches).toEqual([]);
  });

  it('tells the end when Temporal has closed the run, and not before', async () => {
    const world = stage.fresh();
    world.scripts = { 0: { seconds: 1 } };
    const client = clientOver(stage.env.client, new MemoryObjects());
    const summary = world.hold('writeSummary');
    const handle = await start(client, specOf(), 'closing-aaaa');
    let said = false;
    for await (const event of followRun(handle, { intervalMs: 50 })) {
      if (event.kind === 'status' && event.view.endedAt !== undefined) {
        expect(await closeOf('closing-aaaa')).toBe('RUNNING');
        said = true;
        setTimeout(() => summary.release(), 500);
      }
      if (event.kind === 'ended') expect(await closeOf('closing-aaaa')).toBe('COMPLETED');
    }
    expect(said).toBe(true);
  });

  it('stops, extends and asks for a checkpoint, and hears a refusal as one', async () => {
    const world = stage.fresh();
    world.scripts = { 0: { seconds: 60 } };
    const client = clientOver(stage.env.client, new MemoryObjects());
    const handle = await start(client, specOf({ limits: { maxCostUsd: 3 } }), 'message-aaaa');
    for await (const event of followRun(handle, { intervalMs: 50 })) {
      if (event.kind === 'status' && event.view.phase === 'training') break;
    }
    const before = await handle.status();
    expect(before.source).toBe('workflow');
    const limits = await handle.extend({ duration: '2h', costUsd: 5 });
    expect(limits.maxCostUsd).toBe(8);
    expect(Date.parse(limits.deadlineAt) - Date.parse(before.deadlineAt ?? '')).toBe(7_200_000);
    await handle.takeCheckpoint();
    await expect(handle.extend({})).rejects.toMatchObject({ code: 'refused' });
    await handle.stop();
    expect(await handle.result()).toMatchObject({ outcome: 'cancelled' });
    expect(await handle.status()).toMatchObject({ outcome: 'cancelled', phase: 'ended' });
    await expect(handle.takeCheckpoint()).rejects.toMatchObject({ code: 'refused' });
  });

  it('keeps the attempts of a run that was terminated in Temporal, and says what EC2 still shows of it', async () => {
    const world = stage.fresh();
    world.scripts = { 0: { seconds: 600 } };
    const client = clientOver(stage.env.client, new MemoryObjects(), {
      describeVolumes: async () => [{ id: 'vol-1', state: 'in-use', instanceIds: ['i-1'], tags: {} }],
    });
    const handle = await start(client, specOf(), 'cut-aaaa');
    for await (const event of followRun(handle, { intervalMs: 50 })) {
      if (event.kind === 'status' && event.view.phase === 'training') break;
    }
    await stage.env.client.workflow.getHandle('cut-aaaa').terminate('by hand');
    const view = await handle.status();
    expect(view).toMatchObject({ source: 'workflow', phase: 'ended', outcome: 'cancelled', attemptCount: 1 });
    expect(view).toMatchObject({ cut: 'terminated', stillCosts: { ids: ['vol-1'] } });
    const listed = async () => (await client.list({ limit: 1 }))[0];
    // The list of Temporal is a moment behind.
    while ((await listed())?.outcome !== 'cancelled');
    expect(await listed()).toMatchObject({ cut: 'terminated', outcome: 'cancelled' });
    expect(view.reason).toContain('terminated in Temporal (by hand)');
    expect(view.attempts).toMatchObject([{ number: 1, instanceId: world.of(1).id }]);
    expect(view.attempts[0]?.stages.at(-1)).toMatchObject({ name: 'train', state: 'failed', endedAt: view.endedAt });
    // EC2 bills a minute at least.
    expect(view.costUsd).toBeCloseTo((view.attempts[0]?.placement?.hourlyUsd ?? 0) / 60, 9);
    expect(await handle.result()).toMatchObject({ outcome: 'cancelled', attemptCount: 1, leftovers: 1 });
  });
});
