import { get } from 'node:http';
import type { Context } from '@temporalio/activity';
import { activityLog, subjectOf } from '../../worker/activity-log';
import { readEnvironment } from '../../worker/environment';
import { serveHealth } from '../../worker/health';
import { isStranger } from '../../worker/loopback';
import { mainWorker, startsPerSecond, superviseWorker, type WorkerParts } from '../../worker/options';
import { connectTemporal } from '../../worker/temporal/connect';
import { handedOn } from '../../worker/temporal/handed-on';
import { byHand } from '../../worker/temporal/search-attributes';
import { SIGNS } from '../../workflows/rules/signs';
import { HOST, NODE } from '../activities/support/deps';

test('the environment: defaults, and every fault at once', () => {
  expect(readEnvironment({})).toEqual({ healthPort: 0, metricsPort: 0, logLevel: 'info' });
  expect(
    readEnvironment({ TRAINCTL_WORKER_HEALTH_PORT: '9090', TRAINCTL_LOG_LEVEL: 'DEBUG', TRAINCTL_BUILD_ID: 'b7' }),
  ).toEqual({ healthPort: 9090, metricsPort: 0, logLevel: 'debug', buildId: 'b7' });
  const wrong = { TRAINCTL_WORKER_HEALTH_PORT: '99999', TRAINCTL_WORKER_METRICS_PORT: 'x', TRAINCTL_LOG_LEVEL: 'loud' };
  for (const name of Object.keys(wrong)) expect(() => readEnvironment(wrong)).toThrow(name);
});

test('the endpoints listen where they are told, and are asked there by an address or a name that was told, never by a page', () => {
  const told = { TRAINCTL_WORKER_ADDRESS: '0.0.0.0', TRAINCTL_WORKER_HOSTS: 'Worker, metrics.internal' };
  const { door } = readEnvironment(told);
  expect(door).toEqual({ address: '0.0.0.0', hosts: ['worker', 'metrics.internal'] });
  const stranger = (headers: Record<string, string>): boolean => isStranger({ headers }, door);
  for (const host of ['worker:9091', 'metrics.internal', '172.18.0.4:9091', '[fd00::4]:9091', 'localhost:9091'])
    expect([host, stranger({ host })]).toEqual([host, false]);
  for (const host of ['rebound.example.com', 'worker.example.com', '', '172.18.0.4.example.com'])
    expect([host, stranger({ host })]).toEqual([host, true]);
  expect(stranger({ host: 'worker:9091', origin: 'https://example.com' })).toBe(true);
  // On loopback an address of the network is no own one.
  expect(isStranger({ headers: { host: '172.18.0.4' } })).toBe(true);
  const wrong = { TRAINCTL_WORKER_ADDRESS: 'everywhere', TRAINCTL_WORKER_HOSTS: 'a b' };
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

test('health and metrics answer no page of a browser', async () => {
  const server = await serveHealth(0, () => ({ ready: true }));
  const status = (headers: Record<string, string>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      get(`${server.url}/healthz`, { headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).on('error', reject);
    });
  expect(await status({ origin: 'https://example.com' })).toBe(403);
  expect(await status({ host: 'rebound.example.com' })).toBe(403);
  expect(await status({ host: 'localhost:80' })).toBe(200);
  await server.close();
  for (const host of ['127.0.0.1:1', 'localhost', '[::1]']) expect(isStranger({ headers: { host } })).toBe(false);
  for (const more of [{ origin: 'null' }, { 'sec-fetch-site': 'same-site' }, { host: 'x.localhost.example' }])
    expect(isStranger({ headers: { host: 'localhost', ...more } })).toBe(true);
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

const PARTS = { queues: { main: 'm', supervise: 's' }, activities: {}, workflows: {} } as unknown as WorkerParts;

/** How many signs of life in a row may be lost, as core hands them on: at most one in 80 % of the timeout, and in the worker's longest pause. */
function mayBeLost(timeoutSeconds: number, longestPause: unknown): number {
  const pause = Math.min(timeoutSeconds * 0.8, Number.parseInt(String(longestPause), 10));
  return Math.ceil(timeoutSeconds / pause) - 2;
}

test('a lost start is noticed soon, and a lost sign of life ends no step', () => {
  expect([SIGNS.preparing, SIGNS.closing, SIGNS.supervising]).toEqual([20, 30, 60]);
  const main = mainWorker(PARTS).maxHeartbeatThrottleInterval;
  const supervise = superviseWorker(PARTS).maxHeartbeatThrottleInterval;
  expect(mayBeLost(SIGNS.preparing, main)).toBeGreaterThanOrEqual(5);
  expect(mayBeLost(SIGNS.closing, main)).toBeGreaterThanOrEqual(5);
  expect(mayBeLost(SIGNS.supervising, supervise)).toBeGreaterThanOrEqual(1);
  // What a server must carry at 10,000 runs; docs/performance.md has it.
  expect(10_000 / Number.parseInt(String(supervise), 10)).toBeLessThanOrEqual(500);
});

test('a small machine begins fewer steps at once', () => {
  expect(startsPerSecond(2)).toBe(200);
  expect(startsPerSecond(16)).toBe(1600);
  expect(mainWorker(PARTS).maxActivitiesPerSecond).toBe(startsPerSecond());
  expect(superviseWorker(PARTS).maxActivitiesPerSecond).toBeUndefined();
});

describe('the answer of a long step', () => {
  const fault = (code: number): Error => Object.assign(new Error('not now'), { code });
  const log = { warn: jest.fn() };

  async function answered(questions: (() => Promise<unknown>)[], over = new AbortController(), more = {}) {
    const info = { activityType: 'supervise', workflowExecution: { workflowId: 'w', runId: 'r' }, ...more };
    const ask = jest.fn(() => (questions.shift() ?? (() => Promise.resolve()))());
    const context = { info, cancellationSignal: over.signal } as unknown as Context;
    const { inbound } = handedOn(ask, log as never)(context);
    const answer = await inbound?.execute?.({ args: [], headers: {} }, async () => 'said');
    return { answer, asked: ask.mock.calls };
  }

  it('is handed in at once where Temporal answers', async () => {
    const { answer, asked } = await answered([]);
    expect([answer, asked]).toEqual(['said', [[{ workflowId: 'w', runId: 'r' }]]]);
  });

  it('waits while its database is away, and no longer', async () => {
    const { answer, asked } = await answered([() => Promise.reject(fault(14)), () => Promise.reject(fault(4))]);
    expect([answer, asked.length]).toEqual(['said', 3]);
    expect(log.warn).toHaveBeenCalledTimes(1);
  });

  it('is not kept for ever by a fault that stays', async () => {
    const always = Array.from({ length: 100 }, () => () => Promise.reject(fault(13)));
    const { answer, asked } = await answered(always, undefined, { heartbeatTimeoutMs: 1_000 });
    expect(answer).toBe('said');
    expect(asked.length).toBeLessThan(10);
  });

  it('waits for nothing where Temporal answers that it knows no such run, nor when the worker shuts down', async () => {
    expect((await answered([() => Promise.reject(fault(5))])).asked).toHaveLength(1);
    const over = new AbortController();
    const stop = async (): Promise<never> => {
      over.abort();
      throw fault(14);
    };
    expect((await answered([stop], over)).asked).toHaveLength(1);
  });
});
