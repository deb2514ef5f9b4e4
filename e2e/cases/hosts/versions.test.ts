import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { createClient, type RunHandle, type TrainctlClient } from '../../../client';
import { RECONCILE_TYPE, TASK_QUEUES } from '../../../contract';
import { ownDevServer } from '../../../test/support/own-dev-server';
import { aliveOf, launchedFor } from '../../support/cloud';
import { statusWhere } from '../../support/counting';
import { gate } from '../../support/gate';
import { stackState } from '../../support/stack';
import { VersionedWorker } from '../../support/versioned-worker';

jest.setTimeout(240_000);

/** The builds of the page, and the page itself: its commands are those that are run here. */
const OLD = '2026-11-23';
const NEW = '2026-11-24';
const page = readFileSync(path.join(__dirname, '../../../docs/upgrade-the-worker.md'), 'utf8');

let folder: string;
let server: TestWorkflowEnvironment;
let client: TrainctlClient;
let env: Record<string, string>;
const workers: VersionedWorker[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'trainctl-versions-'));
  const { binary } = stackState().temporal;
  if (!binary) throw new Error('the stack uses a server without a CLI');
  symlinkSync(binary, path.join(folder, 'temporal'));
  // A server of its own: that of the stack is unversioned. It looks for drained versions every second, not every three minutes.
  const soon = ['VersionDrainageStatusVisibilityGracePeriod', 'VersionDrainageStatusRefreshInterval'];
  const extraArgs = soon.flatMap((key) => ['--dynamic-config-value', `matching.wv.${key}="1s"`]);
  server = await ownDevServer({ extraArgs });
  env = { TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: 'default' };
});
afterAll(async () => {
  for (const worker of workers) await worker.end('SIGKILL');
  await client?.close();
  await server?.teardown();
  rmSync(folder, { recursive: true, force: true });
});

async function startWorker(buildId: string): Promise<VersionedWorker> {
  const worker = await VersionedWorker.start(buildId, env);
  workers.push(worker);
  return worker;
}

/** Runs the one command of the page that has all these words, in a shell; RUN is the orphan. */
async function asThePageSays(...words: string[]): Promise<string> {
  const commands = page.split('\n').map((line) => line.trim());
  const fitting = commands.filter((line) => line.startsWith('temporal ') && words.every((word) => line.includes(word)));
  const [command] = fitting;
  if (command === undefined || fitting.length > 1) throw new Error(`${fitting.length} commands with ${words}`);
  const PATH = `${folder}:${process.env.PATH}`;
  const { stdout } = await promisify(execFile)('bash', ['-c', command.replace('RUN', 'orphan')], {
    env: { ...process.env, ...env, PATH },
  });
  return stdout;
}

/** A run that trains until it may end. */
async function training(id: string): Promise<RunHandle & { finish(): void }> {
  const { waits, open } = gate();
  const run = await client.start(
    {
      command: ['bash', '-c', `${waits}; echo done`],
      resources: { instanceTypes: ['t3.large'] },
      // Another process takes over a quarter of the lease after the last heartbeat.
      limits: { lease: '90s' },
    },
    { id },
  );
  await statusWhere(run, ({ phase }) => phase === 'training');
  return Object.assign(run, { finish: open });
}

async function versioningOf(id: string) {
  const { raw } = await client.temporal.workflow.getHandle(id).describe();
  return raw.workflowExecutionInfo?.versioningInfo;
}
const versionOf = async (id: string) => (await versioningOf(id))?.deploymentVersion?.buildId;
const overrideOf = async (id: string) => (await versioningOf(id))?.versioningOverride ?? undefined;

async function succeedsOn(buildId: string, run: RunHandle): Promise<void> {
  expect(await run.result()).toMatchObject({ outcome: 'succeeded', attemptCount: 1, interruptions: 0, leftovers: 0 });
  expect(await versionOf(run.run)).toBe(buildId);
  expect(await launchedFor(run.run)).toBe(1);
  expect(await aliveOf(run.run)).toEqual([]);
}

const current = async (): Promise<string> => /CurrentVersionBuildID +(\S+)/.exec(await describe())?.[1] ?? '';
const describe = (): Promise<string> => asThePageSays('describe --name');

test('two builds: runs stay on theirs, through a kill, until the old one is drained; a lost one hands its runs on', async () => {
  let old = await startWorker(OLD);
  client = await createClient({ env: { ...process.env, ...env } });
  const [first, orphan, another] = await Promise.all(['first', 'orphan', 'another'].map(training));
  if (!first || !orphan || !another) throw new Error('three runs were started');

  // A word that is taken back was never said: the newcomer gets no run of another.
  await asThePageSays('update-options', 'RUN', 'auto_upgrade');
  expect(await overrideOf('orphan')).toMatchObject({ autoUpgrade: true });
  await asThePageSays('update-options', 'RUN', 'unspecified');
  expect(await overrideOf('orphan')).toBeUndefined();

  await startWorker(NEW);
  expect(await current()).toBe(NEW);
  const next = await training('next');
  const pass = await client.temporal.workflow.execute(RECONCILE_TYPE, {
    taskQueue: TASK_QUEUES.main,
    workflowId: 'pass',
    args: [{ dryRun: true }],
  });
  expect(pass).toMatchObject({ endedCount: 0 });
  expect(await Promise.all(['first', 'orphan', 'next', 'pass'].map(versionOf))).toEqual([OLD, OLD, NEW, NEW]);

  // Its runs wait for it; it takes them up again, and leaves new ones to its successor.
  await old.end('SIGKILL');
  old = await startWorker(OLD);
  expect(await current()).toBe(NEW);
  first.finish();
  await succeedsOn(OLD, first);

  // Back, and forward again.
  await asThePageSays('set-current-version', OLD);
  expect(await current()).toBe(OLD);
  await client.temporal.workflowService.setWorkerDeploymentCurrentVersion({
    namespace: 'default',
    deploymentName: 'trainctl',
    buildId: NEW,
  });

  // The old build goes for good, and runs are left pinned to it.
  await old.end('SIGTERM');
  const pinned = async () => (await asThePageSays('workflow list', OLD)).match(/Running +\S+/g) ?? [];
  // Temporal's list is a second behind.
  while ((await pinned()).length > 2) await sleep(100);
  expect(await pinned()).toHaveLength(2);
  await asThePageSays('update-options', 'RUN', 'auto_upgrade');
  while ((await pinned()).length > 1) await sleep(100);
  await asThePageSays('update-options', OLD, 'pinned', NEW);
  while ((await pinned()).length > 0) await sleep(100);
  for (const run of [orphan, another, next]) run.finish();
  for (const run of [orphan, another, next]) await succeedsOn(NEW, run);

  // Temporal says that the old version may go. What it has run can be read without it.
  while (!/DrainageStatus +drained/.test(await asThePageSays('describe-version', OLD))) await sleep(200);
  expect(await first.status()).toMatchObject({ outcome: 'succeeded', attemptCount: 1 });
});
