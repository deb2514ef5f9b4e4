import { setTimeout as sleep } from 'node:timers/promises';
import { type TrainctlClient, TrainctlError } from '../../../client';
import { type Counting, count, foundAgain, keptItsPromises, statusWhere, withCheckpoint } from '../../support/counting';
import { gate } from '../../support/gate';
import { OwnStack } from '../../support/own-stack';

jest.setTimeout(400_000);

const stack = new OwnStack();
let client: TrainctlClient;
beforeAll(async () => {
  client = await stack.up();
});
afterAll(() => stack.close());

const SPOT = { instanceTypes: ['t3.large'], market: 'spot' as const };
// Another worker takes over a quarter of the lease after the last heartbeat.
const limits = { lease: '90s' };

const liveOf = (run: Counting) => run.live(1).catch(() => undefined);

/** A worker that has just come up, beside all that trains here, may take longer than the client waits for it. */
async function insistOnStop(run: Counting): Promise<void> {
  for (;;) {
    try {
      return await run.stop({ mode: 'graceful' });
    } catch (error) {
      if (!(error instanceof TrainctlError) || !['no-worker', 'unavailable'].includes(error.code)) throw error;
    }
  }
}

/** Runs that somebody stops while the supervision is still missing: long after the kill, with a lease as it usually is. */
async function stoppedAfterwards(finished: Counting, going: Counting): Promise<void> {
  const [over, cut] = [await foundAgain(client, finished), await foundAgain(client, going)];
  await Promise.all([insistOnStop(over), insistOnStop(cut)]);
  const success = await keptItsPromises(over);
  expect(success.result).toMatchObject({ outcome: 'succeeded', attemptCount: 1, leftovers: 0 });
  expect(success.status.outputs).toMatchObject([{ files: 1 }]);
  const { result, status } = await keptItsPromises(cut);
  expect(result).toMatchObject({ outcome: 'cancelled', attemptCount: 1, leftovers: 0 });
  expect(status.attempts[0]).toMatchObject({ ended: 'stopped', exitCode: 143 });
  expect(status.lastCheckpoint?.step).toBe(result.finalStep);
  expect([...(await stack.aliveOf(over.run)), ...(await stack.aliveOf(cut.run))]).toEqual([]);
}

test('a worker that is killed in install, training and upload costs nothing: one instance each, no byte lost, nor what a host says to a stop', async () => {
  await stack.local('POST', 'faults', {
    kind: 's3-slow',
    method: 'POST',
    keyPattern: 'outputs/big',
    bytesPerSecond: 300_000,
  });
  const { waits, open } = gate();
  const upload = gate();
  const atFifty = { AT_STEP: '50', DO: waits };
  const training = await count(client, 'training', { limits, steps: 100, vars: atFifty });
  const uploading = await count(client, 'uploading', {
    limits,
    steps: 10,
    vars: { BIG: '9000000', AT_STEP: '5', DO: upload.waits },
  });
  const installing = await count(client, 'installing', { limits, steps: 20, setup: [waits] });
  const finished = await count(client, 'finished', { steps: 60, vars: { ...atFifty } });
  const going = await count(client, 'going', { steps: 9_000, checkpoints: { every: '1s', keep: 2, grace: '2s' } });
  await Promise.all([training, finished, going].map((run) => withCheckpoint(run)));
  const uploads = async (): Promise<boolean> => (await liveOf(uploading))?.phase === 'uploading';
  await statusWhere(installing, ({ attempts }) =>
    (attempts[0]?.stages ?? []).some(({ name, state }) => name === 'setup' && state === 'running'),
  );
  upload.open();
  while (!(await uploads())) await sleep(100);
  await stack.kill('worker');

  // With no worker the training goes on, and says so in S3.
  open();
  while (((await liveOf(training))?.step ?? 0) <= 50) await sleep(100);
  expect(await uploads()).toBe(true);
  while ((await liveOf(finished))?.phase !== 'final') await sleep(100);
  client = await stack.up();
  const stopped = stoppedAfterwards(finished, going);
  for (const one of [training, uploading, installing]) {
    const again = await foundAgain(client, one);
    const { result } = await keptItsPromises(again);
    expect(result).toMatchObject({ outcome: 'succeeded', attemptCount: 1, leftovers: 0 });
    expect(await stack.instancesOf(one.run)).toHaveLength(1);
    expect(await stack.aliveOf(one.run)).toEqual([]);
  }
  await stopped;
});

test('a hand-over, a killed Temporal server, and at last the whole stack killed', async () => {
  const { temporal, cloud } = stack.state;
  // The first attempt comes to no end of its own, however long the rest takes.
  const vars = { AT_STEP: '100', DO: 'sleep 600' };
  const started = await count(client, 'survivor', { limits, steps: 120, vars, resources: SPOT });
  const instance = await withCheckpoint(started);
  await stack.kill('worker', 'SIGTERM');
  await stack.up();
  await stack.kill('temporal');
  client = await stack.up();
  expect(stack.state.temporal.address).toBe(temporal.address);
  let run = await foundAgain(client, started);
  const { attemptCount } = await statusWhere(run, ({ phase }) => phase === 'training');
  expect(attemptCount).toBe(1);

  for (const part of ['cloud', 'worker', 'temporal'] as const) await stack.kill(part);
  client = await stack.up();
  expect(stack.state.cloud).toMatchObject({ url: cloud.url, accessKeyId: cloud.accessKeyId });
  expect(stack.state.temporal.address).toBe(temporal.address);
  // The worker, which is up again as well, may have launched the next already.
  const first = (await stack.instancesOf(run.run)).find(({ id }) => id === instance);
  expect(first).toMatchObject({ state: 'terminated', stateReason: { code: 'Server.InternalError' } });
  run = await foundAgain(client, run);
  const { result, status } = await keptItsPromises(run);
  expect(result).toMatchObject({ outcome: 'succeeded', attemptCount: 2, interruptions: 1, leftovers: 0 });
  expect(result.resumedFromStep).toBeGreaterThanOrEqual(25);
  expect(status.attempts[0]?.reason).toContain('Server.InternalError');
  expect(status.attempts[0]?.lastCheckpoint?.step).toBe(result.resumedFromStep);
  expect(await stack.aliveOf(run.run)).toEqual([]);
});
