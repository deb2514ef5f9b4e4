import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type RunHandle, type TrainctlClient } from '../../client';
import type { Outcome } from '../../contract';
import type { ClusterBinaries } from '../support/cluster/binaries';
import { Cluster } from '../support/cluster/cluster';
import { StackOn } from '../support/cluster/stack-on';
import { brokenPromises, type Counting, startCounting } from '../support/counting-run';
import { type Gate, gate } from '../support/gate';

jest.setTimeout(600_000);

const missing = process.env.TRAINCTL_TEST_NO_CLUSTER;
const onCluster = missing ? test.skip : test;

/** Counting runs stand at this step of theirs until their gate is open. */
const STANDS = 30;
const STEPS = 60;
const EXIT_CODE = 7;

interface Member {
  run: RunHandle;
  outcome: Outcome;
  counting?: Counting;
}

let cluster: Cluster | undefined;
let stack: StackOn | undefined;
let client: TrainctlClient | undefined;
const audits: string[] = [];

afterAll(async () => {
  await client?.close();
  await stack?.close();
  await cluster?.close();
  for (const audit of audits) rmSync(audit, { force: true });
});

/** Trainings whose commands end when the gate is opened: three that succeed, and one that fails. */
async function group(name: string, waitsFor: Gate, through: TrainctlClient): Promise<Member[]> {
  const members: Member[] = [];
  for (let i = 1; i <= 3; i += 1) {
    const vars = { AT_STEP: String(STANDS), DO: waitsFor.waits };
    const run = await startCounting(through, `${name}-${i}`, { id: `${name}-${i}`, steps: STEPS, vars });
    audits.push(run.audit);
    members.push({ run, outcome: 'succeeded', counting: run });
  }
  const command = ['bash', '-c', `${waitsFor.waits}; exit ${EXIT_CODE}`];
  members.push({ run: await through.start({ name, command }, { id: `${name}-fails` }), outcome: 'failed' });
  return members;
}

/** How long all of them may take to what is waited for, on a slow machine too. Seconds. */
const PATIENCE = 150;

async function everyOne(members: Member[], is: string, what: (run: RunHandle) => Promise<boolean>): Promise<void> {
  const until = Date.now() + PATIENCE * 1000;
  for (const { run } of members) {
    while (!(await what(run).catch(() => false))) {
      if (Date.now() > until) throw new Error(`${run.run} is not ${is} after ${PATIENCE} s`);
      await sleep(200);
    }
  }
}

/** Their hosts say so, in S3: it is true while Temporal is away. */
const trains = async (run: RunHandle): Promise<boolean> => (await run.live(1))?.phase === 'training';
const hasEnded = async (run: RunHandle): Promise<boolean> => (await run.live(1))?.phase === 'final';

onCluster(
  `no run is lost when the server is killed and when its database crashes, in the middle of trainings${missing ? `: skipped, ${missing}` : ''}`,
  async () => {
    const binaries = JSON.parse(process.env.TRAINCTL_TEST_CLUSTER ?? '{}') as ClusterBinaries;
    cluster = await Cluster.start(binaries);
    stack = await StackOn.start(cluster.temporal.address);
    client = await createClient({ env: stack.env });
    const [serverAway, databaseAway, allBack] = [gate(), gate(), gate()];
    const first = await group('server', serverAway, client);
    const second = await group('database', databaseAway, client);
    const third = await group('back', allBack, client);
    const stopped: Member[] = [];
    for (const id of ['stopped-1', 'stopped-2'])
      stopped.push({ run: await client.start({ name: id, command: ['sleep', '3600'] }, { id }), outcome: 'cancelled' });
    const all = [...first, ...second, ...third, ...stopped];
    await everyOne(all, 'training', trains);

    await cluster.temporal.kill();
    serverAway.open();
    await everyOne(first, 'at its end', hasEnded);
    await cluster.temporal.start();
    for (const { run, outcome } of first) expect(await run.result()).toMatchObject({ outcome });

    await cluster.postgres.crash();
    databaseAway.open();
    await everyOne(second, 'at its end', hasEnded);
    await cluster.postgres.start();
    for (const { run, outcome } of second) expect(await run.result()).toMatchObject({ outcome });

    allBack.open();
    for (const { run } of stopped) await run.stop();
    for (const { run, outcome } of [...third, ...stopped]) expect(await run.result()).toMatchObject({ outcome });

    for (const { counting, run } of all) {
      const status = await run.status();
      expect([run.run, status.attemptCount]).toEqual([run.run, 1]);
      if (counting) expect(await brokenPromises(counting, await counting.result(), status)).toEqual([]);
    }
    // Temporal's list is another store, and some moments behind.
    while ((await client.countOpen()) > 0 || (await client.list()).length < all.length) await sleep(200);
    expect((await client.list()).map(({ run }) => run).sort()).toEqual(all.map(({ run }) => run.run).sort());
    expect(await stack.alive()).toEqual([]);
  },
);
