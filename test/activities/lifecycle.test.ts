import { MockActivityEnvironment } from '@temporalio/testing';
import { createLaunchInstance } from '../../activities/launch/launch-instance';
import { createAwaitReachable } from '../../activities/reach/await-reachable';
import type { ActivityDeps } from '../../activities/step/deps';
import { createAwaitGone } from '../../activities/undo/await-gone';
import { createCountLeftovers } from '../../activities/undo/count-leftovers';
import { createTerminateAttempt } from '../../activities/undo/terminate-attempt';
import type { Host, LaunchArgs, LaunchResult, UndoArgs, UndoDone } from '../../contract';
import { LAUNCH, NODE, PLACEMENT, RUN } from './support/ec2/deps';
import { startLocalCloud } from './support/ec2/local-cloud';

let cloud: Awaited<ReturnType<typeof startLocalCloud>>;
let deps: ActivityDeps;
let image: string;
let attempt = 0;
beforeAll(async () => {
  cloud = await startLocalCloud();
  deps = cloud.deps({ visibilitySeconds: 20, undoWaitSeconds: 60 });
  image = cloud.settings.images.cpu;
});
afterEach(async () => {
  await cloud.calm();
  // Every case, whatever it proved, leaves nothing alive.
  expect(await left()).toEqual([]);
});
afterAll(async () => {
  deps.close();
  await cloud.close();
});

const env = () => {
  const now = Date.now();
  return new MockActivityEnvironment({ scheduledTimestampMs: now, currentAttemptScheduledTimestampMs: now });
};

/** A launch of an attempt of its own. */
function fresh(more: Partial<LaunchArgs> = {}): LaunchArgs {
  attempt += 1;
  return { ...LAUNCH, imageId: image, node: { ...NODE, attempt }, ...more };
}
const launch = async (args: LaunchArgs): Promise<LaunchResult> => env().run(createLaunchInstance(deps), args);
const launched = async (args: LaunchArgs): Promise<string> => {
  const result = await launch(args);
  if (result.kind !== 'launched') throw new Error(`${result.code}: ${result.message}`);
  return result.instanceId;
};
const reach = async (args: LaunchArgs, instanceId: string, startTimeoutSeconds = 60): Promise<Host> =>
  env().run(createAwaitReachable(deps), { node: args.node, instanceId, region: 'us-east-1', startTimeoutSeconds });
const undoArgs = ({ node, placement, try: number }: LaunchArgs): UndoArgs => ({
  run: RUN,
  attempt: node.attempt,
  regions: ['us-east-1'],
  launches: [{ node: 0, placement, try: number }],
});
const undo = async (args: UndoArgs): Promise<UndoDone> => env().run(createTerminateAttempt(deps), args);
const left = async (): Promise<string[]> => {
  const found: { leftovers: string[] } = await env().run(createCountLeftovers(deps), {
    run: RUN,
    regions: ['us-east-1'],
  });
  return found.leftovers;
};
/** What the cloud itself counts of this attempt, by its tag. */
const made = async ({ node }: LaunchArgs) =>
  deps.ec2.describeInstances({ tags: { 'trainctl:run-key': RUN.runKey, 'trainctl:attempt': String(node.attempt) } });

test.each(['spot', 'on-demand'] as const)('%s: launched, reached, probed, ended, nothing left', async (market) => {
  const args = fresh({ placement: { ...PLACEMENT, market } });
  const id = await launched(args);
  const host = await reach(args, id);
  expect(host.detail).toMatch(/^python 3\.\d+ · \d+ cpus?/);
  const said = await deps.sessions.use(host, (session) =>
    session.exec('ls trainctl; cat "$TRAINCTL_HOST_ROOT/var/lib/trainctl/lease"'),
  );
  expect(said.stdout).toMatch(/agent-[0-9a-f]{16}\.pyz\n\d{10}\n/);
  // Instance and disk, and on spot its request.
  expect(await left()).toHaveLength(market === 'spot' ? 3 : 2);
  const gone: Promise<{ at: string }> = env().run(createAwaitGone(deps), {
    node: args.node,
    instanceId: id,
    region: 'us-east-1',
  });
  expect(await undo(undoArgs(args))).toMatchObject({ terminated: [id] });
  expect(Date.parse((await gone).at)).toBeGreaterThan(0);
});

test('a launch whose reply is lost leads to one instance', async () => {
  const args = fresh();
  await cloud.fault('lost-reply', { action: 'RunInstances' });
  const id = await launched(args);
  expect((await made(args)).map((i) => i.id)).toEqual([id]);
  await undo(undoArgs(args));
});

test('a launch whose reply is lost, of which nobody knows, is ended by undo: one instance, not two', async () => {
  const args = fresh();
  await cloud.fault('lost-reply', { action: 'RunInstances' });
  await cloud.fault('invisible', { seconds: 4 });
  await expect(launch(args)).rejects.toMatchObject({ type: 'launch-unknown' });
  const done = await undo({ ...undoArgs(args), unknownLaunch: args });
  expect(done.terminated).toHaveLength(1);
  expect(await made(args)).toHaveLength(1);
});

test('an instance that Describe does not show yet is waited for, and ended', async () => {
  const args = fresh();
  await cloud.fault('invisible', { seconds: 4 });
  const id = await launched(args);
  expect(await made(args)).toEqual([]);
  expect(await undo(undoArgs(args))).toMatchObject({ terminated: [id] });
});

test('no capacity and a quota are answers, and leave nothing', async () => {
  await cloud.fault('no-capacity');
  expect(await launch(fresh())).toMatchObject({
    kind: 'refused',
    code: 'InsufficientInstanceCapacity',
    refusal: 'capacity',
  });
  await cloud.fault('quota');
  expect(await launch(fresh())).toMatchObject({ kind: 'refused', refusal: 'quota' });
});

test('throttling is thrown, and the repeat launches once', async () => {
  const args = fresh();
  await cloud.fault('throttle', { action: 'RunInstances' });
  await expect(launch(args)).rejects.toMatchObject({ type: 'launch-throttled' });
  await launched(args);
  expect(await made(args)).toHaveLength(1);
  await undo(undoArgs(args));
});

test('a token whose instance is gone is spent', async () => {
  const args = fresh();
  await launched(args);
  await undo(undoArgs(args));
  expect(await launch(args)).toMatchObject({ kind: 'refused', refusal: 'token-spent' });
});

test('a host that proves another key is never logged in to; one that never boots is unreachable', async () => {
  const wrong = fresh();
  await cloud.fault('wrong-host-key');
  const first = await launched(wrong);
  // Until it has booted, and shown that key.
  const waiting = env();
  const shown = new Promise<void>((resolve) => {
    waiting.on('heartbeat', (details?: { progress?: string }) => {
      if (details?.progress?.includes('proved host key')) resolve();
    });
  });
  const args = { node: wrong.node, instanceId: first, region: 'us-east-1', startTimeoutSeconds: 600 };
  const booting = waiting.run(createAwaitReachable(deps), args).catch(() => undefined);
  await shown;
  waiting.cancel('CANCELLED');
  await booting;
  await expect(reach(wrong, first, 4)).rejects.toMatchObject({ type: 'host-key-mismatch' });
  await undo(undoArgs(wrong));
  await cloud.calm();
  const silent = fresh();
  await cloud.fault('no-boot');
  const second = await launched(silent);
  await expect(reach(silent, second, 3)).rejects.toMatchObject({ type: 'unreachable' });
  await undo(undoArgs(silent));
});

test('an instance that EC2 takes while it boots is lost, with its reason', async () => {
  const args = fresh();
  await cloud.fault('no-boot');
  const id = await launched(args);
  const reaching = reach(args, id).catch((e: unknown) => e);
  await deps.watchers.in('us-east-1').waitFor(id, ({ state }) => state === 'running');
  await cloud.post(`instances/${id}/interrupt`, { noticeSeconds: 0 });
  expect(await reaching).toMatchObject({
    type: 'instance-lost',
    message: expect.stringContaining('Server.SpotInstanceTermination'),
  });
  await undo(undoArgs(args));
});

test('a terminate that EC2 fails seven times is repeated until it is true', async () => {
  const args = fresh();
  const id = await launched(args);
  await cloud.fault('error', {
    action: 'TerminateInstances',
    code: 'InternalError',
    status: 500,
    message: 'no',
    times: 7,
  });
  expect(await undo(undoArgs(args))).toMatchObject({ terminated: [id] });
});

test('a lease that nobody renews ends the instance, and its disk', async () => {
  const args = fresh({ leaseSeconds: 3 });
  const id = await launched(args);
  await deps.watchers.in('us-east-1').waitFor(id, ({ state }) => state === 'terminated');
  const [instance] = await deps.ec2.describeInstances({ ids: [id] });
  expect(instance?.stateReason?.code).toBe('Client.InstanceInitiatedShutdown');
  await undo(undoArgs(args));
});
