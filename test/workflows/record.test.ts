import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { WorkflowHandle } from '@temporalio/client';
import { MESSAGES, RECONCILE_TYPE, TASK_QUEUES } from '../../contract';
import type { FakeWorld } from '../support/fake-world';
import { temporalCli } from '../support/servers';
import { Stage, statusWhere } from './support/temporal';

/**
 * Records the histories that replay.test.ts replays: `RECORD=1 npx jest test/workflows/record`. Only after a change that is
 * meant to be incompatible; histories of released versions stay beside the new ones.
 */
const recording = process.env.RECORD === '1' ? describe : describe.skip;

recording('histories', () => {
  let stage: Stage;
  let world: FakeWorld;

  beforeAll(async () => {
    stage = await Stage.open('real');
  });

  afterAll(() => stage?.close());

  beforeEach(() => {
    world = stage.fresh();
  });

  /** By the CLI, because its JSON is what the SDK reads back (JSON.stringify of a fetched history is not). */
  async function record(handle: WorkflowHandle): Promise<void> {
    const { address } = stage.env;
    const args = ['workflow', 'show', '--workflow-id', handle.workflowId, '--output', 'json', '--address', address];
    const { stdout } = await promisify(execFile)(await temporalCli(), args, { maxBuffer: 64 << 20 });
    // Who recorded it, and where, is nobody's business.
    const scrubbed = stdout
      .replace(/"\d+@[^"]*"/g, '"recorder"')
      .replace(/\/[^"\s(]*\/node_modules\//g, 'node_modules/')
      .replaceAll(process.cwd(), '.');
    await writeFile(path.resolve(__dirname, '../histories', `${handle.workflowId}.json`), scrubbed);
  }

  it('succeeded', async () => {
    world.scripts[0] = { seconds: 2 };
    const handle = await stage.start({ inputs: [{ from: 's3://bucket/data/', to: 'data/' }] }, 'succeeded');
    expect(await stage.ended(handle)).toMatchObject({ how: 'succeeded' });
    await record(handle);
  });

  it('interrupted, resumed, succeeded', async () => {
    world.scripts = { 1: { seconds: 600, noticeAfter: 2, noticeSeconds: 60, stopTakes: 1 }, 2: { seconds: 2 } };
    const handle = await stage.start({}, 'interrupted');
    expect(await stage.ended(handle)).toMatchObject({ how: 'succeeded', result: { interruptions: 1 } });
    await record(handle);
  });

  it('failed, tried again, failed', async () => {
    world.scripts[0] = { seconds: 1, exitCode: 1, tail: 'ValueError: banana' };
    const handle = await stage.start({ retry: { failures: 1 } }, 'failed');
    expect(await stage.ended(handle)).toMatchObject({ how: 'failed' });
    await record(handle);
  });

  it('cancelled while it trained', async () => {
    world.scripts[0] = { seconds: 600 };
    const handle = await stage.start({ limits: { maxCostUsd: 1 } }, 'cancelled');
    await statusWhere(handle, (s) => s.phase === 'training');
    await handle.executeUpdate(MESSAGES.extend, { args: [{ costUsd: 1 }] });
    await handle.cancel();
    expect(await stage.ended(handle)).toMatchObject({ how: 'Canceled' });
    await record(handle);
  });

  it('stopped before it trained', async () => {
    world.faults.arm({ activity: 'installDependencies', when: 'hang', times: 100 });
    const handle = await stage.start({}, 'stopped-preparing');
    await world.until(() => world.count('installDependencies') > 0);
    await handle.executeUpdate(MESSAGES.stop, { args: [{ mode: 'graceful' }] });
    expect(await stage.ended(handle)).toMatchObject({ how: 'cancelled' });
    await record(handle);
  });

  it('lost without notice, then unreachable, then interrupted for good', async () => {
    world.scripts = {
      1: { seconds: 600, lostAfter: 1 },
      2: { seconds: 600, silentAfter: 1 },
      3: { seconds: 600, lostAfter: 1 },
    };
    const handle = await stage.start({ retry: { interruptions: 2 } }, 'interruptions-used-up');
    expect(await stage.ended(handle)).toMatchObject({ how: 'interrupted' });
    await record(handle);
  });

  it('failed, held, released; a webhook told of it', async () => {
    world.webhook = true;
    world.scripts[0] = { seconds: 0.5, exitCode: 3 };
    stage.notify.postWebhook = async () => ({ sent: true });
    const handle = await stage.start({ hold: { on: 'failed', forSeconds: 3600 } }, 'held');
    await statusWhere(handle, (s) => s.phase === 'held');
    await world.until(() => world.count('renewLease') > 0);
    await handle.executeUpdate(MESSAGES.release);
    expect(await stage.ended(handle)).toMatchObject({ how: 'failed' });
    await record(handle);
  });

  it('a pass of the reconciler', async () => {
    const orphan = { kind: 'instance', id: 'i-1', region: 'us-east-1', run: 'orphan', attempt: 1 } as const;
    const toEnd = [{ ...orphan, reason: 'closed-run' as const }];
    const where = { installation: 'test', namespaceId: 'ns', regions: ['us-east-1'] };
    stage.reconcile = {
      surveyResources: async () => ({ ...where, seen: 1, toEnd, more: 0, leftAlone: [] }),
      endResources: async () => ({ ended: toEnd, pending: [] }),
    };
    const handle = await stage.env.client.workflow.start(RECONCILE_TYPE, {
      taskQueue: TASK_QUEUES.main,
      workflowId: 'reconciled',
    });
    expect(await handle.result()).toMatchObject({ endedCount: 1 });
    await record(handle);
  });

  it('ended by its budget, after EC2 had refused', async () => {
    world.scripts[0] = { seconds: 600 };
    world.refuse({ refusal: 'capacity', times: 1 });
    const handle = await stage.start({ limits: { maxCostUsd: 0.0121 } }, 'budget');
    expect(await stage.ended(handle)).toMatchObject({ how: 'budget' });
    await record(handle);
  }, 120_000);
});
