import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { NativeConnection } from '@temporalio/worker';
import { SEARCH_ATTRIBUTES, type Settings } from '../../contract';
import { createLog } from '../../worker';
import { startWorkers } from '../../worker/start';
import { becomeCurrent } from '../../worker/temporal/deployment';
import { namespaceId } from '../../worker/temporal/namespace';
import { ensureSearchAttributes } from '../../worker/temporal/search-attributes';
import { temporalTime } from '../../worker/temporal/time';
import { SETTINGS } from '../activities/support/deps';
import { agentFile } from '../support/agent-file';
import { ownDevServer } from '../support/own-dev-server';

let server: TestWorkflowEnvironment;
let s3: Server;
const asked: string[] = [];
/** What EC2 and S3 say the time is; undefined: what it is. */
let date: string | undefined;
beforeAll(async () => {
  agentFile();
  server = await ownDevServer();
  // Says that the bucket is there, and nothing else.
  s3 = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (date !== undefined) response.setHeader('date', date);
    response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => s3.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  s3?.closeAllConnections();
  s3?.close();
  await server?.teardown();
});

function settings(): Settings {
  const url = `http://127.0.0.1:${(s3.address() as AddressInfo).port}`;
  return {
    ...SETTINGS,
    endpoints: { ec2: url, s3: url },
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    temporal: { address: server.address, namespace: 'default' },
  };
}

const secret = randomBytes(32);

const start = (environment: { healthPort: number; buildId?: string }) =>
  startWorkers({ settings: settings(), secret, environment, log: createLog('error') });

test('starts against a server: attributes, bucket, both queues; stops in order', async () => {
  const workers = await start({ healthPort: 0 });
  const { customAttributes } = await server.connection.operatorService.listSearchAttributes({ namespace: 'default' });
  expect(Object.keys(customAttributes ?? {})).toEqual(expect.arrayContaining(Object.keys(SEARCH_ATTRIBUTES)));
  expect(asked).toContain('HEAD /trainctl/');
  const ready = await fetch(`${workers.healthUrl}/readyz`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({
    ready: true,
    workers: [{ taskQueue: 'trainctl' }, { taskQueue: 'trainctl-supervise' }],
  });
  workers.shutdown();
  workers.shutdown();
  await workers.done;
  await expect(fetch(`${workers.healthUrl}/healthz`)).rejects.toThrow();
});

test('a machine whose clock differs from EC2’s takes no task, and says so', async () => {
  date = new Date(Date.now() + 2_400_000).toUTCString();
  try {
    await expect(start({ healthPort: 0 })).rejects.toMatchObject({
      name: 'WorkerStartError',
      message: expect.stringMatching(/the clock of this machine is (39|40)m(\d+s)? behind that of EC2/),
    });
  } finally {
    date = undefined;
  }
});

test('Temporal tells its time', async () => {
  const connection = await NativeConnection.connect({ address: server.address });
  try {
    const answer = await temporalTime(connection, 'default');
    expect(answer?.date).toBeGreaterThanOrEqual((answer?.sent ?? 0) - 1);
    expect(answer?.date).toBeLessThanOrEqual((answer?.received ?? 0) + 1);
    expect(await temporalTime(connection, 'no-such-namespace')).toBeUndefined();
  } finally {
    await connection.close();
  }
});

test('with a build id it is a version of the deployment, and the current one once it polls', async () => {
  const workers = await start({ healthPort: 0, buildId: 'build-1' });
  const { workerDeploymentInfo } = await server.connection.workflowService.describeWorkerDeployment({
    namespace: 'default',
    deploymentName: 'trainctl',
  });
  expect(workerDeploymentInfo?.routingConfig?.currentDeploymentVersion?.buildId).toBe('build-1');
  // A pass of the reconciler moves to a newer version; only runs are pinned.
  const { client } = server;
  const pass = await client.workflow.start('reconcile', { taskQueue: 'trainctl', workflowId: 'pass', args: [] });
  expect(await behaviourOf(pass)).toBe(2);
  await pass.terminate();
  workers.shutdown();
  await workers.done;
});

/** `temporal.api.enums.v1.VersioningBehavior` of the first workflow task that a worker has completed. */
async function behaviourOf(handle: WorkflowHandle): Promise<unknown> {
  for (;;) {
    const { events } = await handle.fetchHistory();
    const done = events?.find((event) => event.workflowTaskCompletedEventAttributes);
    if (done) return done.workflowTaskCompletedEventAttributes?.versioningBehavior;
  }
}

test('what a server lacks is said plainly', async () => {
  const connection = await NativeConnection.connect({ address: server.address });
  try {
    expect(await ensureSearchAttributes(connection, 'default')).toEqual([]);
    expect(await namespaceId(connection, 'default')).toMatch(/^[0-9a-f-]{36}$/);
    await expect(namespaceId(connection, 'nope', 0)).rejects.toThrow(/no namespace nope: create it/);
    await expect(
      becomeCurrent(connection, 'default', { deployment: 'trainctl', buildId: 'never-seen' }, 0),
    ).rejects.toThrow(/set-current-version.*never-seen/s);
  } finally {
    await connection.close();
  }
});
