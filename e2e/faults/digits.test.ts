import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunHandle, TrainctlClient } from '../../client';
import type { RunResult, RunStatus } from '../../contract';
import { lastJson, trainctl } from '../support/cli';
import { statusWhere, withCheckpoint } from '../support/counting';
import { gate } from '../support/gate';
import { OwnStack } from '../support/own-stack';
import { temporalOf } from '../support/temporal';

// Minutes of real training: by `npm run test:faults`.
const long = process.env.LONG_TESTS ? test : test.skip;

jest.setTimeout(900_000);

/** As docs/reliability.md promises. Seconds. */
const LEFT_ALONE = 120;

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

/** Ends its training only once the gate is open: however fast the machine is, what a test does to a run comes in the middle of it. */
const inTwoParts = (waits: string): string =>
  `command=DIGITS_STEPS=400 python train.py --seed 7 && ${waits} && ` +
  'TRAINCTL_RESUME_FROM="$TRAINCTL_CHECKPOINT_DIR" python train.py --seed 7';

const temporal = (...args: string[]): Promise<string> => temporalOf(stack.state, args);

const terminate = ({ run }: RunHandle): Promise<string> =>
  temporal('workflow', 'terminate', '--workflow-id', run, '--reason', 'a test');

const onHost = (id: string, what: string, body: object = {}) => stack.local('POST', `instances/${id}/${what}`, body);

async function ended({ run }: RunHandle): Promise<{ result: RunResult; status: RunStatus }> {
  const handle = await client.get(run);
  const result = await handle.result();
  expect(await stack.aliveOf(run)).toEqual([]);
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
  const [calm, left] = [await digits(), await digits(inTwoParts(gate().waits))];
  await withCheckpoint(left);
  leftAlone = { run: left.run, since: Date.now() };
  await terminate(left);
  expect(await stack.aliveOf(left.run)).toHaveLength(1);
  const { result, status } = await ended(calm);
  expect(result).toMatchObject({ outcome: 'succeeded', attemptCount: 1, interruptions: 0 });
  expect(status.lastMetrics).toHaveProperty('accuracy');
  undisturbed = { finalStep: result.finalStep, metrics: status.lastMetrics };
});

long('a notice, and a loss without one', async () => {
  const { waits, open } = gate();
  const [noticed, lost] = [await digits(inTwoParts(waits)), await digits(inTwoParts(waits))];
  await onHost(await withCheckpoint(noticed), 'interrupt');
  await onHost(await withCheckpoint(lost), 'kill');
  await statusWhere(noticed, ({ attempts }) => attempts[0]?.ended !== undefined);
  open();
  const first = await likeTheUndisturbed(noticed, 2);
  expect(first.attempts[0]).toMatchObject({ ended: 'interrupted', notice: { source: 'spot' } });
  const second = await likeTheUndisturbed(lost, 2);
  expect(second.attempts[0]?.notice).toBeUndefined();
  expect(second.attempts[1]?.resumedFromStep).toBeGreaterThan(0);
});

long('SSH cut for 20 s, and for longer than limits.unreachable', async () => {
  const { waits, open } = gate();
  const command = inTwoParts(waits);
  const [briefly, forGood] = [
    await digits(command),
    await digits(command, 'limits.unreachable=8s', 'limits.lease=40s'),
  ];
  const cutBriefly = await withCheckpoint(briefly);
  await onHost(cutBriefly, 'partition');
  const twentySeconds = sleep(20_000);
  await onHost(await withCheckpoint(forGood), 'partition');
  // Not healed before it has been seen: on a slow machine 20 s are over by then.
  await statusWhere(briefly, ({ attempts }) => attempts[0]?.disconnectedSince !== undefined);
  await twentySeconds;
  await onHost(cutBriefly, 'heal');
  await statusWhere(forGood, ({ attempts }) => attempts[0]?.ended !== undefined);
  open();
  await likeTheUndisturbed(briefly, 1);
  const status = await likeTheUndisturbed(forGood, 2);
  expect(status.attempts[0]?.ended).toBe('unreachable');
});

long('of the terminated workflow nothing is left 2 minutes later', async () => {
  while ((await stack.aliveOf(leftAlone.run)).length > 0) {
    expect((Date.now() - leftAlone.since) / 1000).toBeLessThan(LEFT_ALONE);
    await sleep(1000);
  }
});

long('workflow terminate and a pass of the reconciler; workflow cancel', async () => {
  const command = inTwoParts(gate().waits);
  const [terminated, cancelled] = [await digits(command), await digits(command)];
  await Promise.all([withCheckpoint(terminated), withCheckpoint(cancelled)]);
  await terminate(terminated);
  expect((await cli('reconcile', '--json')).code).toBe(0);
  // By this pass, or by the worker, which may have learned of it a moment before: EC2 then takes some for the end.
  const alive = () => stack.aliveOf(terminated.run);
  expect((await alive()).filter((line) => !line.endsWith(' shutting-down'))).toEqual([]);
  while ((await alive()).length > 0) await sleep(200);
  // One that is alive is none of the reconciler's business.
  expect(await stack.aliveOf(cancelled.run)).toHaveLength(1);

  await temporal('workflow', 'cancel', '--workflow-id', cancelled.run);
  const { result } = await ended(cancelled);
  expect(result).toMatchObject({ outcome: 'cancelled', attemptCount: 1 });
});

long('the worker killed, and back 20 s later; then the whole stack killed, and brought up again', async () => {
  const [first, second] = [gate(), gate()];
  const without = await digits(inTwoParts(first.waits));
  await withCheckpoint(without);
  await stack.kill('worker');
  first.open();
  await sleep(20_000);
  client = await stack.up();
  await likeTheUndisturbed(without, 1);

  const run = await digits(inTwoParts(second.waits));
  await withCheckpoint(run);
  for (const part of ['temporal', 'worker', 'cloud'] as const) await stack.kill(part);
  second.open();
  client = await stack.up();
  await likeTheUndisturbed(run, 2);
});
