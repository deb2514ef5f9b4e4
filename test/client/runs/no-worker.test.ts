import { defineSearchAttributeKey } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { createClient, type TrainctlClient, waitForEnd } from '../../../client';
import { knownRuns } from '../../../client/runs/list/known-runs';
import { nodePrefix, TASK_QUEUES, WORKFLOW_TYPE } from '../../../contract';
import { ownDevServer } from '../../support/own-dev-server';
import { MemoryObjects } from '../support/memory-objects';
import { clientOver, SETTINGS } from '../support/settings-fixture';

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
});

/** `enums.v1.IndexedValueType`. */
const KEYWORD = 2;

/** A real Temporal server that no worker has ever polled. */
describe('without any worker', () => {
  let env: TestWorkflowEnvironment;
  let objects: MemoryObjects;
  let client: TrainctlClient;
  beforeAll(async () => {
    env = await ownDevServer();
  });
  afterAll(() => env.teardown());
  beforeEach(() => {
    objects = new MemoryObjects();
    client = clientOver(env.client, objects);
  });

  it('shows what Temporal and the host themselves say', async () => {
    const handle = await client.start({ name: 'alone', command: 'x' }, { id: 'alone-aaaa' });
    const live = {
      at: new Date().toISOString(),
      attempt: 1,
      node: 0,
      phase: 'training',
      step: 7,
      metrics: { loss: 1 },
    };
    objects.set(`${nodePrefix('', handle.runKey, 1, 0)}live.json`, JSON.stringify(live));
    const began = Date.now();
    const view = await handle.status();
    expect(Date.now() - began).toBeLessThan(60_000);
    expect(view).toMatchObject({ run: 'alone-aaaa', source: 'temporal', step: 7, lastMetrics: { loss: 1 } });
    expect(view.endedAt).toBeUndefined();
  });

  it('says after 5 s that nobody takes an order, and lets Temporal record a cancel', async () => {
    const handle = await client.start({ name: 'deaf', command: 'x' }, { id: 'deaf-aaaa' });
    const began = Date.now();
    await expect(handle.stop()).rejects.toMatchObject({ code: 'no-worker', exitCode: 3 });
    expect(Date.now() - began).toBeLessThan(60_000);
    await handle.cancel();
    const { events } = await env.client.workflow.getHandle('deaf-aaaa').fetchHistory();
    expect(events?.some((event) => event.workflowExecutionCancelRequestedEventAttributes)).toBe(true);
  });

  it('tells a terminated run as cancelled, with the reason that was given', async () => {
    const handle = await client.start({ name: 'killed', command: 'x' }, { id: 'killed-aaaa' });
    await env.client.workflow.getHandle('killed-aaaa').terminate('by hand');
    const view = await waitForEnd(handle, { intervalMs: 50 });
    expect(view).toMatchObject({ outcome: 'cancelled', phase: 'ended' });
    expect(view.reason).toContain('terminated in Temporal');
    expect(view.reason).toContain('trainctl reconcile');
    expect(await handle.result()).toMatchObject({ outcome: 'cancelled', run: 'killed-aaaa', attemptCount: 0 });
    await expect(handle.stop()).rejects.toMatchObject({ code: 'refused' });
  });

  it('refuses an id that is open, and one that no run may have', async () => {
    await client.start({ command: 'x' }, { id: 'once-aaaa' });
    await expect(client.start({ command: 'x' }, { id: 'once-aaaa' })).rejects.toMatchObject({ code: 'usage' });
    await expect(client.start({ command: 'x' }, { id: '../up' })).rejects.toMatchObject({ code: 'usage' });
  });

  it('finds runs by id, by prefix and by name, and nothing that is no run', async () => {
    await client.start({ command: 'x' }, { id: 'find-me-1111' });
    await client.start({ command: 'x' }, { id: 'find-me-2222' });
    await env.client.workflow.start('other', { workflowId: 'stranger', taskQueue: TASK_QUEUES.main });
    await expect(client.get('stranger')).rejects.toMatchObject({ code: 'not-found', exitCode: 4 });
    await expect(client.get('nothing')).rejects.toMatchObject({ code: 'not-found' });
    await expect(client.get('a"b')).rejects.toMatchObject({ code: 'not-found' });
    expect((await client.get('find-me-1111')).run).toBe('find-me-1111');
    // Visibility is a moment behind.
    const until = Date.now() + 40_000;
    while ((await client.list({ limit: 100 })).filter((r) => r.run.startsWith('find-me')).length < 2) {
      expect(Date.now()).toBeLessThan(until);
    }
    expect((await client.get('find-me-2')).run).toBe('find-me-2222');
    expect((await client.get('find-me')).run).toBe('find-me-2222');
    await expect(client.get('find')).rejects.toMatchObject({ code: 'ambiguous' });
    expect(await client.countOpen()).toBeGreaterThanOrEqual(2);
    expect(await client.list({ limit: 1 })).toHaveLength(1);
  });

  it('asks the list of Temporal which runs of some keys it still has', async () => {
    const keys = ['0123456789abcdef', 'fedcba9876543210'].map((runKey) => ({ key: '', id: 'r', endedAt: 0, runKey }));
    expect(await knownRuns(env.client, keys)).toEqual(new Set());
    const { namespace } = env.client.options;
    await env.connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: { TrainctlRunKey: KEYWORD },
    });
    const attribute = defineSearchAttributeKey('TrainctlRunKey', 'KEYWORD');
    const start = () =>
      env.client.workflow.start(WORKFLOW_TYPE, {
        workflowId: 'keyed',
        taskQueue: TASK_QUEUES.main,
        typedSearchAttributes: [{ key: attribute, value: '0123456789abcdef' }],
      });
    // Known a moment after it was added.
    const until = Date.now() + 40_000;
    while (!(await start().catch(() => undefined))) expect(Date.now()).toBeLessThan(until);
    while ((await knownRuns(env.client, keys)).size === 0) expect(Date.now()).toBeLessThan(until);
    expect(await knownRuns(env.client, keys)).toEqual(new Set(['0123456789abcdef']));
  });
});

it('says within seconds that no Temporal is there, and what to type', async () => {
  const address = '127.0.0.1:1';
  const settings = {
    ...SETTINGS,
    temporal: { ...SETTINGS.temporal, address },
    endpoints: { ec2: 'http://127.0.0.1:1' },
  };
  await expect(createClient({ settings })).rejects.toMatchObject({
    code: 'unavailable',
    exitCode: 3,
    next: 'trainctl stack up --detach',
  });
});
