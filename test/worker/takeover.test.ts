import path from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createActivities, createNotifyActivities, createReconcileActivities } from '../../activities';
import { type SuperviseResult, TASK_QUEUES } from '../../contract';
import { mainWorker, superviseWorker, type WorkerParts } from '../../worker/options';
import { type FakeDeps, fakeDeps, HOST, NODE, storeSpec } from '../activities/support/deps';
import { until } from '../activities/support/until';
import { NO_SUITE } from '../support/fake-world';
import { ownDevServer } from '../support/own-dev-server';
import { specOf } from '../support/spec';

let server: TestWorkflowEnvironment;
let deps: FakeDeps;
beforeAll(async () => {
  server = await ownDevServer();
  deps = fakeDeps();
  await storeSpec(deps, specOf());
  deps.fakeWatcher.show(HOST.instanceId, 'running');
});
afterAll(() => server?.teardown());

interface Pair {
  stop(): Promise<void>;
}

/** Both workers of one process, with connections of its own. */
async function startPair(): Promise<Pair> {
  const connection = await NativeConnection.connect({ address: server.address });
  const workflowsPath = path.join(__dirname, 'support', 'workflows.ts');
  const parts: WorkerParts = {
    connection,
    namespace: 'default',
    queues: TASK_QUEUES,
    activities: createActivities(deps),
    reconcile: createReconcileActivities(deps, { stateOf: async () => ({ kind: 'unknown' }) }),
    notify: createNotifyActivities(deps),
    suite: NO_SUITE,
    workflows: { workflowsPath },
  };
  const workers = await Promise.all(
    [mainWorker(parts), superviseWorker(parts)].map((options) => Worker.create(options)),
  );
  const running = workers.map((worker) => worker.run());
  return {
    async stop() {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
      await connection.close();
    },
  };
}

test('a worker that shuts down hands its supervision over at once; the training never notices', async () => {
  const first = await startPair();
  const handle = await server.client.workflow.start('superviseOnce', {
    workflowId: NODE.workflowId,
    taskQueue: TASK_QUEUES.main,
    args: [
      { host: HOST, leaseSeconds: 1800, hostDeadline: Math.floor(Date.now() / 1000) + 3600, unreachableSeconds: 600 },
    ],
  });
  const before = await deps.fakeAgent.attached(0);
  await until(() => before.commands.length > 0);
  const checkpoint = { t: 'checkpoint', step: 5, key: 'k5', bytes: 3, seconds: 1, why: 'periodic' } as const;
  before.say(checkpoint);

  const second = await startPair();
  const began = Date.now();
  await first.stop();
  // By itself, and not by the force that follows after 45 s.
  expect(Date.now() - began).toBeLessThan(40_000);
  const after = await deps.fakeAgent.attached(1);
  expect(after.epoch).toBeGreaterThan(before.epoch);
  expect([...before.commands, ...after.commands].every(({ t }) => t === 'renew')).toBe(true);

  after.say({
    t: 'final',
    final: {
      code: 1,
      signal: null,
      stoppedBy: null,
      tail: 'boom',
      logBytes: 1,
      logUploaded: 1,
      step: null,
      metrics: null,
      checkpoint: null,
      outputs: [],
      problems: [],
      notice: null,
    },
  });
  const result = (await handle.result()) as SuperviseResult;
  expect(result).toMatchObject({ kind: 'final', final: { code: 1, tail: 'boom' } });
  // Known to the second worker by the first one's heartbeat alone.
  expect(result.lastCheckpoint).toMatchObject({ step: 5, key: 'k5' });
  await second.stop();
});
