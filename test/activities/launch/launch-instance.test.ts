import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createLaunchInstance } from '../../../activities/launch/launch-instance';
import type { LaunchArgs, LaunchResult } from '../../../contract';
import { clientToken } from '../../../contract/tokens';
import { type FakeDepsOptions, fakeDeps, LAUNCH, NODE, PLACEMENT } from '../support/ec2/deps';
import { cutConnection, ec2Answer, FakeEc2 } from '../support/ec2/fake-ec2';

let ec2: FakeEc2;
beforeEach(() => {
  ec2 = new FakeEc2();
});

async function launch(args: LaunchArgs = LAUNCH, options: FakeDepsOptions = {}, age = 0): Promise<LaunchResult> {
  const deps = fakeDeps({ ec2, ...options });
  const env = new MockActivityEnvironment({ currentAttemptScheduledTimestampMs: Date.now() - age * 1000 });
  try {
    return await env.run(createLaunchInstance(deps), args);
  } finally {
    deps.close();
  }
}

const failure = async (promise: Promise<unknown>): Promise<ApplicationFailure> => {
  const error = await promise.then(
    (value) => new Error(`no failure but ${JSON.stringify(value)}`),
    (e: unknown) => e,
  );
  if (error instanceof ApplicationFailure) return error;
  throw error;
};

test('an accepted launch gives the instance, its token and the key it will prove', async () => {
  const result = await launch();
  expect(result).toMatchObject({
    kind: 'launched',
    instanceId: ec2.alive[0],
    clientToken: clientToken(NODE, PLACEMENT, 1),
    hostKey: expect.stringMatching(/^ssh-ed25519 AAAA/),
  });
  expect(ec2.launches[0]).toMatchObject({ zone: 'us-east-1a', diskGiB: 50, rootDevice: '/dev/sda1' });
  expect(ec2.launches[0]?.tags).toMatchObject({ 'trainctl:run-key': NODE.runKey, 'trainctl:attempt': '1' });
});

test('an instance carries the limits of its run as tags', async () => {
  await launch({ ...LAUNCH, graceSeconds: 90, limits: { deadline: 1_800_000_000, budgetEnd: 1e15 } });
  expect(ec2.launches[0]?.tags).toMatchObject({
    'trainctl:deadline': '2027-01-15T08:00:00.000Z',
    'trainctl:budget-end': '9999-12-31T23:59:59.000Z',
    'trainctl:grace': '90',
  });
});

test('the disk is never smaller than the image', async () => {
  await launch({ ...LAUNCH, imageId: 'ami-big' });
  expect(ec2.launches[0]?.diskGiB).toBe(100);
});

test('what the run was resolved with is what it is launched with, whatever the settings say now', async () => {
  const settings = {
    subnets: ['subnet-b', 'subnet-a'],
    securityGroups: ['sg-of-the-run'],
    address: 'private' as const,
    user: 'ec2-user',
    sshPort: 22,
  };
  const now = { subnets: ['subnet-a', 'subnet-c'], securityGroups: ['sg-of-today'], address: 'public' as const };
  await launch(LAUNCH, { settings: now });
  await launch({ ...LAUNCH, settings, try: 2 }, { settings: now });
  await launch({ ...LAUNCH, settings: { ...settings, subnets: [] }, try: 3 }, { settings: now });
  expect(ec2.launches).toMatchObject([
    { subnetId: 'subnet-a', publicAddress: true, securityGroups: ['sg-of-today'] },
    { subnetId: 'subnet-a', publicAddress: false, securityGroups: ['sg-of-the-run'] },
    { securityGroups: ['sg-of-the-run'] },
  ]);
  expect(ec2.launches[2]).not.toHaveProperty('subnetId');
  const nowhere = await launch(
    { ...LAUNCH, settings: { ...settings, subnets: ['subnet-b'] }, try: 4 },
    { settings: now },
  );
  expect(nowhere).toMatchObject({ kind: 'refused', code: 'NoSubnetInZone' });
});

test('a repeat sends the same call and gives the same instance', async () => {
  const first = await launch();
  expect(await launch()).toEqual(first);
  const sent = ec2.calls.filter(({ action }) => action === 'run');
  expect(sent).toHaveLength(2);
  expect(sent[0]?.args).toEqual(sent[1]?.args);
  expect(ec2.instances.size).toBe(1);
});

test.each([
  ['InsufficientInstanceCapacity', 500, 'capacity'],
  ['Unsupported', 400, 'capacity'],
  ['VcpuLimitExceeded', 400, 'quota'],
  ['IdempotentInstanceTerminated', 400, 'token-spent'],
  ['UnauthorizedOperation', 403, 'fatal'],
])('%s (%i) is an answer: %s', async (code, status, refusal) => {
  ec2.arm('run', ec2Answer(code, status));
  expect(await launch()).toEqual({ kind: 'refused', code, message: `${code}, says EC2`, refusal });
  expect(ec2.count('run')).toBe(1);
});

test('throttling is thrown, to be repeated, and says that nothing was launched', async () => {
  ec2.arm('run', ec2Answer('RequestLimitExceeded', 503));
  const error = await failure(launch());
  expect(error).toMatchObject({ type: 'launch-throttled', nonRetryable: false });
  expect(error.message).toMatch(/nothing was launched/);
});

test.each([
  ['a cut connection', cutConnection()],
  ['an internal error', ec2Answer('InternalError', 500)],
  ['a parameter mismatch', ec2Answer('IdempotentParameterMismatch')],
])('after %s an instance that exists is found by its token', async (_what, error) => {
  ec2.arm('run', error, { after: true });
  expect(await launch()).toMatchObject({ kind: 'launched', instanceId: ec2.alive[0] });
  expect(ec2.instances.size).toBe(1);
});

test.each([cutConnection(), ec2Answer('InternalError', 500), ec2Answer('IdempotentParameterMismatch')])(
  'an unknown result is thrown to be repeated, never called a refusal (%s)',
  async (error) => {
    ec2.arm('run', error);
    expect(await failure(launch())).toMatchObject({ type: 'launch-unknown', nonRetryable: false });
    expect(await launch()).toMatchObject({ kind: 'launched' });
    expect(ec2.instances.size).toBe(1);
  },
);

test('a lost reply and an instance that is not visible yet still give one instance', async () => {
  ec2.hideFor = 5;
  ec2.arm('run', cutConnection(), { after: true });
  await failure(launch());
  expect(await launch()).toMatchObject({ kind: 'launched', instanceId: 'i-00000000000000001' });
  expect(ec2.instances.size).toBe(1);
});

test('an instance that is over already is no launch: its token is spent', async () => {
  await launch();
  ec2.set('i-00000000000000001', {
    state: 'shutting-down',
    stateReason: { code: 'Server.SpotInstanceTermination', message: 'Spot instance termination' },
  });
  expect(await launch()).toMatchObject({ kind: 'refused', refusal: 'token-spent' });
  ec2.set('i-00000000000000001', {
    stateReason: { code: 'Server.InsufficientInstanceCapacity', message: 'none' },
  });
  expect(await launch()).toMatchObject({ kind: 'refused', refusal: 'capacity' });
});

test('what waited too long for a worker is not sent', async () => {
  const error = await failure(launch(LAUNCH, {}, 46));
  expect(error).toMatchObject({ type: 'launch-not-sent', nonRetryable: false });
  expect(ec2.count('run')).toBe(0);
  await launch(LAUNCH, {}, 40);
  expect(ec2.count('run')).toBe(1);
});

describe('of all its tries it says that nothing was launched', () => {
  /** One try: its number, and what the one before has noted. */
  const failing = async (attempt: number, heartbeatDetails?: unknown, more: object = {}) => {
    const beats: unknown[] = [];
    const deps = fakeDeps({ ec2 });
    const at = Date.now() - 46_000;
    const times = { scheduledTimestampMs: attempt === 1 ? at : 1, currentAttemptScheduledTimestampMs: at };
    const env = new MockActivityEnvironment({ attempt, heartbeatDetails, ...times, ...more });
    env.on('heartbeat', (detail) => beats.push(detail));
    const error = await failure(env.run(createLaunchInstance(deps), LAUNCH)).finally(() => deps.close());
    return { details: error.details, type: error.type, beats };
  };
  const now = () => ({ currentAttemptScheduledTimestampMs: Date.now() });
  const proven = [{ nothingLaunched: true }];

  it('when each came too late, or was throttled', async () => {
    const first = await failing(1);
    expect(first).toEqual({ details: proven, type: 'launch-not-sent', beats: [{ nothingLaunched: 1 }] });
    ec2.arm('run', ec2Answer('RequestLimitExceeded', 503));
    const second = await failing(2, first.beats[0], now());
    expect(second).toMatchObject({ details: proven, type: 'launch-throttled' });
    expect(second.beats.at(-1)).toEqual({ nothingLaunched: 2 });
    expect(await failing(3, second.beats.at(-1))).toMatchObject({ details: proven });
  });

  it('and not when one is not known: it was lost, its answer was, or the step was reset', async () => {
    const unproven = { type: 'launch-not-sent', beats: [] };
    expect(await failing(2)).toMatchObject(unproven);
    expect(await failing(3, { nothingLaunched: 1 })).toMatchObject(unproven);
    expect(await failing(2, { progress: 'of somebody else' })).toMatchObject(unproven);
    expect(await failing(1, undefined, { scheduledTimestampMs: 1 })).toMatchObject(unproven);
    ec2.arm('run', cutConnection());
    const sent = await failing(2, { nothingLaunched: 1 }, now());
    expect(sent).toMatchObject({ type: 'launch-unknown', beats: [{ nothingLaunched: 0 }] });
    for (const { details } of [await failing(2), sent]) expect(details ?? []).toEqual([]);
  });
});

test('an image that does not exist is fatal, a question that fails is repeated', async () => {
  expect(await launch({ ...LAUNCH, imageId: 'ami-none' })).toMatchObject({
    kind: 'refused',
    code: 'InvalidAMIID.NotFound',
    refusal: 'fatal',
  });
  ec2.arm('image', cutConnection());
  expect(await failure(launch())).toMatchObject({ type: 'launch-not-sent', nonRetryable: false });
  ec2.arm('image', ec2Answer('UnauthorizedOperation', 403));
  expect(await launch()).toMatchObject({ kind: 'refused', code: 'UnauthorizedOperation', refusal: 'fatal' });
  expect(ec2.count('run')).toBe(0);
});

test('the settings decide subnet, groups and address', async () => {
  const settings = { subnets: ['subnet-b', 'subnet-a'], securityGroups: ['sg-1'], address: 'private' as const };
  await launch(LAUNCH, { settings });
  expect(ec2.launches[0]).toMatchObject({ subnetId: 'subnet-a', securityGroups: ['sg-1'], publicAddress: false });
  const elsewhere = { ...LAUNCH, placement: { ...PLACEMENT, zone: 'us-east-1f' } };
  expect(await launch(elsewhere, { settings })).toMatchObject({ code: 'NoSubnetInZone', refusal: 'capacity' });
});

test('too many keys are fatal, in words', async () => {
  const sshKeys = Array.from({ length: 300 }, (_, i) => `ssh-ed25519 ${'A'.repeat(68)} user${i}`);
  expect(await launch({ ...LAUNCH, sshKeys })).toMatchObject({ code: 'InvalidUserData', refusal: 'fatal' });
});
