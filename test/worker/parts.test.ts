import type { Context } from '@temporalio/activity';
import { activityLog, subjectOf } from '../../worker/activity-log';
import { readEnvironment } from '../../worker/environment';
import { serveHealth } from '../../worker/health';
import { connectTemporal } from '../../worker/temporal/connect';
import { byHand } from '../../worker/temporal/search-attributes';
import { HOST, NODE } from '../activities/support/deps';

test('the environment: defaults, and every fault at once', () => {
  expect(readEnvironment({})).toEqual({ healthPort: 0, metricsPort: 0, logLevel: 'info' });
  expect(
    readEnvironment({ TRAINCTL_WORKER_HEALTH_PORT: '9090', TRAINCTL_LOG_LEVEL: 'DEBUG', TRAINCTL_BUILD_ID: 'b7' }),
  ).toEqual({ healthPort: 9090, metricsPort: 0, logLevel: 'debug', buildId: 'b7' });
  const wrong = { TRAINCTL_WORKER_HEALTH_PORT: '99999', TRAINCTL_WORKER_METRICS_PORT: 'x', TRAINCTL_LOG_LEVEL: 'loud' };
  for (const name of Object.keys(wrong)) expect(() => readEnvironment(wrong)).toThrow(name);
});

test('every activity says which run, attempt and instance it works for', () => {
  const all = { run: NODE.workflowId, runKey: NODE.runKey, attempt: 2, node: 0, instance: HOST.instanceId };
  expect(subjectOf({ host: HOST, leaseSeconds: 1 })).toEqual(all);
  expect(subjectOf({ node: NODE, instanceId: HOST.instanceId, region: 'r' })).toEqual(all);
  expect(subjectOf({ run: NODE, attempt: 3, regions: [] })).toMatchObject({ run: NODE.workflowId });
  expect(subjectOf({ input: 'typed', workflowId: 'w', runId: 'f' })).toEqual({ run: 'w' });
  expect(subjectOf(undefined)).toEqual({});
});

test('in log lines an attempt is one of the run; how often the activity was tried is `try`', async () => {
  const { inbound, outbound } = activityLog({} as Context);
  await inbound?.execute?.({ args: [{ host: HOST }], headers: {} }, async () => undefined);
  expect(outbound?.getLogAttributes?.({ attempt: 5, activityType: 'supervise' }, (fields) => fields)).toMatchObject({
    activityType: 'supervise',
    try: 5,
    attempt: 2,
    instance: HOST.instanceId,
  });
});

test('health: alive as long as it answers, ready only while tasks are taken', async () => {
  let ready = true;
  const server = await serveHealth(0, () => ({ ready }));
  const status = async (path: string, method = 'GET') => (await fetch(server.url + path, { method })).status;
  expect([
    await status('/healthz'),
    await status('/readyz'),
    await status('/nope'),
    await status('/healthz', 'POST'),
  ]).toEqual([200, 200, 404, 405]);
  ready = false;
  expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 503]);
  expect(await (await fetch(`${server.url}/readyz`)).json()).toEqual({ ready: false });
  const port = Number(new URL(server.url).port);
  await expect(serveHealth(port, () => ({ ready }))).rejects.toThrow(/TRAINCTL_WORKER_HEALTH_PORT/);
  await server.close();
});

test('a Temporal that does not answer: its address, and what to do', async () => {
  const connecting = connectTemporal({ address: '127.0.0.1:1', namespace: 'default' }, { patienceMs: 300 });
  await expect(connecting).rejects.toThrow(/127\.0\.0\.1:1 cannot be reached.*trainctl stack up.*TEMPORAL_ADDRESS/s);
  const tls = { caPath: '/nowhere/ca.pem' };
  await expect(connectTemporal({ address: '127.0.0.1:1', namespace: 'default', tls })).rejects.toThrow(
    /\/nowhere\/ca\.pem/,
  );
});

test('a worker that may not register search attributes says the command', () => {
  const error = byHand(
    'prod',
    [
      ['TrainctlPhase', 'KEYWORD'],
      ['TrainctlStep', 'INT'],
    ],
    new Error('PERMISSION_DENIED'),
  );
  expect(error.message).toContain(
    'temporal operator search-attribute create --namespace prod --name TrainctlPhase --type Keyword --name TrainctlStep --type Int',
  );
});
