import { execFile } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { RunHandle, TrainctlClient } from '../../client';
import type { RunResult, RunStatus } from '../../contract';
import { lastJson, trainctl } from '../support/cli';
import { statusWhere, withCheckpoint } from '../support/counting';
import { OwnStack } from '../support/own-stack';

// Minutes of real training: by `npm run test:faults`.
const long = process.env.LONG_TESTS ? test : test.skip;

jest.setTimeout(900_000);

/** The reconciler's interval, a pass, and the end of an instance; with room, on a machine that trains meanwhile. Seconds. */
const LEFT_ALONE = 390;

const stack = new OwnStack();
let client: TrainctlClient;
if (process.env.LONG_TESTS) {
  beforeAll(async () => {
    client = await stack.up();
  });
  afterAll(() => stack.close());
}

const cli = (...args: string[]) =>
  trainctl(args, { cwd: path.join(__dirname, '../../examples/digits'), env: { ...process.env, ...stack.env } });

async function digits(...set: string[]): Promise<RunHandle> {
  const started = await cli('run', '--json', '--yes', '--detach', ...set.flatMap((one) => ['--set', one]));
  if (started.code !== 0) throw new Error(`run: ${started.code} ${started.stderr}`);
  return client.get(lastJson<{ run: string }>(started).run);
}

async function temporal(...args: string[]): Promise<void> {
  const { binary, address } = stack.state.temporal;
  if (!binary) throw new Error('the stack uses a server without a CLI');
  await promisify(execFile)(binary, [...args, '--address', address]);
}

const terminate = ({ run }: RunHandle): Promise<void> =>
  temporal('workflow', 'terminate', '--workflow-id', run, '--reason', 'a test');

const alive = async (run: string): Promise<string[]> =>
  (await stack.instancesOf(run)).filter(({ state }) => state !== 'terminated').map(({ id, state }) => `${id} ${state}`);

const onHost = (id: string, what: string, body: object = {}) => stack.local('POST', `instances/${id}/${what}`, body);

async function ended({ run }: RunHandle): Promise<{ result: RunResult; status: RunStatus }> {
  const handle = await client.get(run);
  const result = await handle.result();
  expect(await alive(run)).toEqual([]);
  expect(result).toMatchObject({ leftovers: 0 });
  return { result, status: await handle.status() };
}

/** What the undisturbed run ended with, which every other must end with, too. */
let undisturbed: { finalStep: RunResult['finalStep']; metrics: unknown };

async function likeTheUndisturbed(handle: RunHandle, attemptCount: number): Promise<RunStatus> {
  const { result, status } = await ended(handle);
  expect(result).toMatchObject({ outcome: 'succeeded', attemptCount, interruptions: attemptCount - 1 });
  expect({ finalStep: result.finalStep, metrics: status.lastMetrics }).toEqual(undisturbed);
  return status;
}

let leftAlone: { run: string; since: number };

long('undisturbed; beside it, a workflow is terminated and left alone', async () => {
  const [calm, left] = [await digits(), await digits()];
  await withCheckpoint(left);
  leftAlone = { run: left.run, since: Date.now() };
  await terminate(left);
  expect(await alive(left.run)).toHaveLength(1);
  const { result, status } = await ended(calm);
  expect(result).toMatchObject({ outcome: 'succeeded', attemptCount: 1, interruptions: 0 });
  expect(status.lastMetrics).toHaveProperty('accuracy');
  undisturbed = { finalStep: result.finalStep, metrics: status.lastMetrics };
});

long('a notice, and a loss without one', async () => {
  const [noticed, lost] = [await digits(), await digits()];
  await onHost(await withCheckpoint(noticed), 'interrupt');
  await onHost(await withCheckpoint(lost), 'kill');
  const first = await likeTheUndisturbed(noticed, 2);
  expect(first.attempts[0]).toMatchObject({ ended: 'interrupted', notice: { source: 'spot' } });
  const second = await likeTheUndisturbed(lost, 2);
  expect(second.attempts[0]?.notice).toBeUndefined();
  expect(second.attempts[1]?.resumedFromStep).toBeGreaterThan(0);
});

long('SSH cut for 20 s, and for longer than limits.unreachable', async () => {
  const [briefly, forGood] = [await digits(), await digits('limits.unreachable=8s', 'limits.lease=40s')];
  await onHost(await withCheckpoint(briefly), 'partition', { seconds: 20 });
  await onHost(await withCheckpoint(forGood), 'partition');
  await statusWhere(briefly, ({ attempts }) => attempts[0]?.disconnectedSince !== undefined);
  await likeTheUndisturbed(briefly, 1);
  const status = await likeTheUndisturbed(forGood, 2);
  expect(status.attempts[0]?.ended).toBe('unreachable');
});

long('of the terminated workflow nothing is left 6 minutes later', async () => {
  while ((await alive(leftAlone.run)).length > 0) {
    expect((Date.now() - leftAlone.since) / 1000).toBeLessThan(LEFT_ALONE);
    await sleep(1000);
  }
});

long('workflow terminate and a pass of the reconciler; workflow cancel', async () => {
  const [terminated, cancelled] = [await digits(), await digits()];
  await Promise.all([withCheckpoint(terminated), withCheckpoint(cancelled)]);
  await terminate(terminated);
  expect((await cli('reconcile', '--json')).code).toBe(0);
  expect(await alive(terminated.run)).toEqual([]);
  // One that is alive is none of the reconciler's business.
  expect(await alive(cancelled.run)).toHaveLength(1);

  await temporal('workflow', 'cancel', '--workflow-id', cancelled.run);
  const { result } = await ended(cancelled);
  expect(result).toMatchObject({ outcome: 'cancelled', attemptCount: 1 });
});

long('the worker killed, and back 20 s later; then the whole stack killed, and brought up again', async () => {
  const without = await digits();
  await withCheckpoint(without);
  await stack.kill('worker');
  await sleep(20_000);
  client = await stack.up();
  await likeTheUndisturbed(without, 1);

  const run = await digits();
  await withCheckpoint(run);
  for (const part of ['temporal', 'worker', 'cloud'] as const) await stack.kill(part);
  client = await stack.up();
  await likeTheUndisturbed(run, 2);
});
