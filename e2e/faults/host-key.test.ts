import { createClient, type TrainctlClient } from '../../client';
import { aliveOf, launchedFor, local } from '../support/cloud';
import { count, keptItsPromises, statusWhere, staysAt, withCheckpoint } from '../support/counting';

jest.setTimeout(300_000);

let client: TrainctlClient;
beforeAll(async () => {
  client = await createClient();
});
afterAll(() => client?.close());

/** What came to the machine that answered in the place of an instance. */
const strangerOf = async (id: string) =>
  (await local<{ stranger: { connections: number; logins: number } }>('GET', `instances/${id}`)).stranger;

/** From the start: an SSH server that never proves the key that its cloud-config gave it. */
async function wrongFromTheStart(): Promise<void> {
  await local('POST', 'faults', { kind: 'wrong-host-key', match: { instanceType: 't3.small' } });
  const resources = { instanceTypes: ['t3.small'] };
  const run = await count(client, 'wrong-key', { steps: 10, resources, limits: { startTimeout: '30s' } });
  const { result, status } = await keptItsPromises(run);
  expect(result).toMatchObject({ outcome: 'succeeded', attemptCount: 2, interruptions: 1, leftovers: 0 });
  expect(status.attempts[0]).toMatchObject({
    ended: 'unreachable',
    reason: expect.stringContaining('never connected to'),
  });
  expect(await aliveOf(run.run)).toEqual([]);
}

/** In the middle of a training: told at once, and the end of the attempt past the limit. */
async function wrongInTheMiddle(): Promise<void> {
  const run = await count(client, 'key-changed', {
    steps: 100,
    vars: staysAt(75).vars,
    limits: { unreachable: '20s', lease: '60s' },
    checkpoints: { every: '1s', keep: 2, grace: '2s' },
  });
  const id = await withCheckpoint(run);
  await local('POST', `instances/${id}/impersonate`);
  const told = await statusWhere(run, ({ attempts }) => /host key/.test(attempts[0]?.disconnectedWhy ?? ''));
  expect(told).toMatchObject({ phase: 'training', attemptCount: 1 });
  expect(told.attempts[0]?.disconnectedWhy).toMatch(/proved host key SHA256:\S+ instead of SHA256:\S+; not connected/);

  const { result, status } = await keptItsPromises(run);
  expect(result).toMatchObject({ outcome: 'succeeded', attemptCount: 2, interruptions: 1, leftovers: 0 });
  expect(result.resumedFromStep).toBeGreaterThanOrEqual(25);
  expect(status.attempts[0]).toMatchObject({
    ended: 'unreachable',
    reason: expect.stringMatching(/was never connected to again .*limits\.unreachable 20 s.* proved host key/),
  });
  const { connections, logins } = await strangerOf(id);
  expect(connections).toBeGreaterThan(2);
  expect(logins).toBe(0);
  expect(await aliveOf(run.run)).toEqual([]);
}

/** Another address, while another machine takes the old one: found again, and training never notices. */
async function moved(): Promise<void> {
  const run = await count(client, 'moved', { steps: 1200 });
  const id = await withCheckpoint(run);
  const { address } = await local<{ address: string }>('POST', `instances/${id}/move`);
  const there = await statusWhere(run, ({ attempts }) => attempts[0]?.address === address);
  expect(there.attempts[0]?.disconnectedSince).toBeUndefined();
  // What is asked of the host goes there, too.
  await run.stop({ mode: 'graceful' });
  const { result, status } = await keptItsPromises(run);
  expect(result).toMatchObject({ outcome: 'cancelled', attemptCount: 1, interruptions: 0, leftovers: 0 });
  expect(status.attempts[0]).toMatchObject({ ended: 'stopped', exitCode: 143 });
  expect(status.warnings ?? []).toEqual([]);
  expect((await strangerOf(id)).logins).toBe(0);
  expect(await launchedFor(run.run)).toBe(1);
  expect(await aliveOf(run.run)).toEqual([]);
}

test('a machine that proves another host key is never logged in to, and the run says so; a host that moved is found', async () => {
  await Promise.all([wrongFromTheStart(), wrongInTheMiddle(), moved()]);
});
