import { setTimeout as sleep } from 'node:timers/promises';
import type { TrainctlClient } from '../../../client';
import { type Counting, count, foundAgain, instanceOf, keptItsPromises, staysAt, trains } from '../../support/counting';
import { OwnStack } from '../../support/own-stack';

jest.setTimeout(400_000);

const stack = new OwnStack();
let client: TrainctlClient;
beforeAll(async () => {
  client = await stack.up();
});
afterAll(() => stack.close());

const calls = async (): Promise<Record<string, number>> =>
  (await stack.local<{ calls: Record<string, number> }>('GET', 'state')).calls;

/** The host, with nobody of ours left, has ended its instance by itself. */
async function endedItself(run: Counting, instance: string): Promise<void> {
  for (;;) {
    const seen = (await stack.instancesOf(run.run)).find(({ id }) => id === instance);
    if (seen?.state === 'terminated') {
      expect(seen.stateReason?.code).toBe('Client.InstanceInitiatedShutdown');
      return;
    }
    await sleep(200);
  }
}

test('with no worker for longer than the lease, hosts finish or save, end themselves, and runs go on from that', async () => {
  // The least.
  const lease = '40s';
  const { vars, open } = staysAt(70);
  const finishes = await count(client, 'finishes', { limits: { lease }, steps: 80, vars });
  const saves = await count(client, 'saves', { limits: { lease }, steps: 900 });
  const outlasts = await count(client, 'outlasts', { limits: { lease: '30m', maxDuration: '60s' }, steps: 9_000 });
  await Promise.all([finishes, saves, outlasts].map((run) => trains(run)));
  const instances = await Promise.all([finishes, saves, outlasts].map((run) => instanceOf(run)));

  // A launch that takes effect, whose reply is lost, and whose instance nobody can see before the worker is killed.
  await stack.local('POST', 'faults', { kind: 'invisible', seconds: 8 });
  await stack.local('POST', 'faults', { kind: 'lost-reply', action: 'RunInstances' });
  const before = (await calls()).RunInstances ?? 0;
  const launching = await count(client, 'launching', { steps: 20 });
  while (((await calls()).RunInstances ?? 0) === before) await sleep(5);
  await stack.kill('worker');
  open();

  await Promise.all([finishes, saves, outlasts].map((run, index) => endedItself(run, instances[index] ?? '')));
  client = await stack.up();

  const finished = await keptItsPromises(await foundAgain(client, finishes));
  expect(finished.result).toMatchObject({ outcome: 'succeeded', attemptCount: 1, interruptions: 0, leftovers: 0 });
  expect(finished.status.outputs).toMatchObject([{ files: 1 }]);

  const saved = await keptItsPromises(await foundAgain(client, saves));
  expect(saved.result).toMatchObject({ outcome: 'succeeded', attemptCount: 2, interruptions: 1, leftovers: 0 });
  expect(saved.status.attempts[0]).toMatchObject({ ended: 'interrupted', exitCode: 143 });
  // Saved when the lease was over: nothing of the first attempt was done twice.
  expect(saved.result.resumedFromStep).toBe(saved.status.attempts[0]?.lastCheckpoint?.step);
  expect(saved.result.resumedFromStep).toBeGreaterThan(50);

  const { result } = await keptItsPromises(await foundAgain(client, outlasts));
  expect(result).toMatchObject({ outcome: 'deadline', attemptCount: 1, leftovers: 0 });

  const launched = await keptItsPromises(await foundAgain(client, launching));
  expect(launched.result).toMatchObject({ outcome: 'succeeded', attemptCount: 1, leftovers: 0 });
  expect(await stack.instancesOf(launching.run)).toHaveLength(1);
});
