import { MockActivityEnvironment } from '@temporalio/testing';
import { askAgent } from '../../../activities/host/ask-agent';
import { leaseLeft, renewalMs, whileRenewing } from '../../../activities/host/lease';
import { createRenewLease } from '../../../activities/host/renew-lease';
import type { HostSession } from '../../../adapters/ssh';
import { fakeDeps, HOST } from '../support/deps';
import { until } from '../support/until';

const soon = (): number => Math.floor(Date.now() / 1000);
const lease = { seconds: 2, hostDeadline: soon() + 3600, graceSeconds: 30 };

test('a long install renews the lease at once and again, and never past the deadline', async () => {
  const deps = fakeDeps();
  let finish = (): void => {};
  deps.fakeAgent.answers.install = () =>
    new Promise((resolve) => {
      finish = () => resolve({ source: 'none', tool: null, packages: [], count: 0 });
    });
  const working = askAgent(deps, { host: HOST, verb: 'install', request: {}, lease });
  await until(() => deps.fakeAgent.leases.length >= 3);
  for (const renewed of deps.fakeAgent.leases) expect(renewed).toBe(2);
  finish();
  await working;
  const { length } = deps.fakeAgent.leases;
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(deps.fakeAgent.leases).toHaveLength(length);

  const hostDeadline = soon() + 100;
  await askAgent(deps, { host: HOST, verb: 'stop', request: {}, lease: { ...lease, seconds: 600, hostDeadline } });
  expect(deps.fakeAgent.leases.at(-1)).toBeLessThanOrEqual(100);
  expect(deps.fakeAgent.leases.at(-1)).toBeGreaterThan(40);
});

test('a renewal that fails is told, and harms nothing', async () => {
  const deps = fakeDeps();
  const session = { target: {}, exec: () => Promise.reject(new Error('disk full')) } as unknown as HostSession;
  const work = (): Promise<string> => until(() => deps.logged.length >= 2).then(() => 'done');
  expect(await whileRenewing(session, { ...lease, seconds: 1 }, deps.log, work)).toBe('done');
  expect(deps.logged[0]).toMatchObject({ error: 'disk full', message: 'lease not renewed' });
});

test('no step without a lease touches it; a host that waits is renewed once a call', async () => {
  const deps = fakeDeps();
  await askAgent(deps, { host: HOST, verb: 'stop', request: {} });
  expect(deps.fakeAgent.leases).toEqual([]);
  await new MockActivityEnvironment().run(createRenewLease(deps), { host: HOST, lease });
  expect(deps.fakeAgent.leases).toHaveLength(1);
});

test('the lease is renewed at a quarter, at least each minute, and never reaches past the deadline', () => {
  expect(renewalMs(1800)).toBe(60_000);
  expect(renewalMs(60)).toBe(15_000);
  expect(leaseLeft(1_000_000, 1800, 9_999)).toBe(1800);
  expect(leaseLeft(1_000_000, 1800, 1500)).toBe(500);
  expect(leaseLeft(1_000_000, 1800, 10)).toBe(0);
});
