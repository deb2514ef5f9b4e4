import { MockActivityEnvironment } from '@temporalio/testing';
import { createResolveRun } from '../../../activities/resolve/resolve-run';
import { SpecStore } from '../../../activities/step/spec-store';
import { type ResolveResult, snapshotKey, specKey } from '../../../contract';
import { deriveRunKey } from '../../../contract/tokens';
import { type FakeDeps, failureOf, fakeDeps } from '../support/deps';

const SHA = 'f'.repeat(64);
let deps: FakeDeps;
beforeEach(() => {
  deps = fakeDeps();
});
afterEach(() => {
  delete process.env.STEPS_TEST_TOKEN;
});

const resolve = (input: unknown, workflowId = 'digits-1'): Promise<ResolveResult> =>
  new MockActivityEnvironment().run(createResolveRun(deps, new SpecStore(deps.store, 'p/')), {
    input,
    workflowId,
    runId: 'first',
  });

async function faultsOf(input: unknown, workflowId?: string): Promise<Record<string, string>> {
  const result = await resolve(input, workflowId);
  if (result.kind !== 'invalid') throw new Error('it was valid');
  for (const { path, message } of result.faults)
    expect(result.message).toContain(path ? `${path}: ${message}` : message);
  expect(deps.fakeStore.keys().filter((key) => key.includes('runs/'))).toEqual([]);
  return Object.fromEntries(result.faults.map(({ path, message }) => [path, message]));
}

test('a valid run: placements with prices, the image, and spec.json in S3', async () => {
  const result = await resolve({ command: 'true', resources: { market: 'spot' } });
  if (result.kind !== 'ok') throw new Error(result.message);
  expect(result.run).toMatchObject({
    workflowId: 'digits-1',
    runKey: deriveRunKey('digits-1', 'first'),
    installation: 'default',
  });
  expect(result.placements.map(({ zone, hourlyUsd, priceSource }) => [zone, hourlyUsd, priceSource])).toEqual([
    ['us-east-1b', 0.3, 'spot price history'],
    ['us-east-1a', 0.4, 'spot price history'],
  ]);
  expect(result).toMatchObject({
    imageId: 'ami-found',
    cloud: 'local',
    bucket: 'trainctl',
    prefix: 'p/',
    user: 'ubuntu',
  });
  const stored = JSON.parse((await deps.store.get(specKey('p/', result.run.runKey))).toString());
  expect(stored).toMatchObject({ version: 1, run: result.run, spec: result.spec });
});

test.each([undefined, null, 7, 'python train.py', []])(
  'an input that is no object (%p) is invalid, with a plain message',
  async (input) => {
    expect(Object.keys(await faultsOf(input)).length).toBeGreaterThan(0);
  },
);

test('what only the cloud and the worker know is checked, and all is named at once', async () => {
  deps.fakeEc2.image = { id: 'ami-found', rootDevice: '/dev/sda1', rootGiB: 400 };
  const faults = await faultsOf({
    command: 'true',
    code: { snapshot: SHA },
    secrets: ['OTHER_TOKEN', 'STEPS_TEST_TOKEN'],
    resources: { instanceTypes: ['g5.xlarge', 'g9.huge'] },
  });
  expect(faults).toEqual({
    'secrets[0]': expect.stringContaining('secrets.allow'),
    'secrets[1]': expect.stringContaining('set STEPS_TEST_TOKEN'),
    'code.snapshot': `no snapshot ${SHA} in s3://trainctl/${snapshotKey('p/', SHA)} (upload one: trainctl snapshot DIR)`,
    'resources.disk': expect.stringContaining('400 GiB'),
    'resources.instanceTypes[1]': 'no zone of us-east-1 offers g9.huge',
  });
});

test('a bucket that is missing is no missing snapshot', async () => {
  deps.fakeStore.list = () => {
    throw Object.assign(new Error('no'), {
      name: 'NoSuchBucket',
      $metadata: { httpStatusCode: 404 },
      bucket: 'trainctl',
    });
  };
  const { message } = await failureOf(resolve({ command: 'true', code: { snapshot: SHA } }));
  expect(message).toContain('make s3://trainctl again');
});

test('a limit in dollars needs every price', async () => {
  deps.fakeEc2.prices = deps.fakeEc2.prices.slice(0, 1);
  const input = { command: 'true', resources: { market: 'spot' } };
  expect(await faultsOf({ ...input, limits: { maxCostUsd: 5 } })).toEqual({
    'limits.maxCostUsd': expect.stringContaining('g5.xlarge us-east-1b spot'),
  });
  expect((await resolve(input)).kind).toBe('ok');
});

test('an image that is missing says whose choice it was', async () => {
  deps.fakeEc2.image = undefined;
  expect((await faultsOf({ command: 'true' }))['resources.ami']).toMatch(/no image ami-gpu, which the settings name/);
});

test('credentials that AWS refuses end it plainly; what may pass is repeated', async () => {
  deps.fakeEc2.error = Object.assign(new Error('not valid'), {
    name: 'AuthFailure',
    $metadata: { httpStatusCode: 401 },
  });
  const failure = await failureOf(resolve({ command: 'true' }));
  expect(failure).toMatchObject({ nonRetryable: true });
  expect(failure.message).toMatch(/AuthFailure: not valid.*check the AWS credentials/);
  deps.fakeEc2.error = Object.assign(new Error('slow'), {
    name: 'RequestLimitExceeded',
    $metadata: { httpStatusCode: 503 },
  });
  expect((await failureOf(resolve({ command: 'true' }))).nonRetryable).not.toBe(true);
});

test('a run tells the webhook of the settings, but for one that a suite has started: that speaks itself', async () => {
  deps.settings.webhook = 'https://hooks.example.com/x';
  expect(await resolve({ command: 'true' })).toMatchObject({ webhook: true });
  const ofSuite = await resolve({ command: 'true' }, 'e2e-s-0123456789abcdef.error-handling.1');
  expect(ofSuite).toMatchObject({ kind: 'ok' });
  expect(ofSuite).not.toHaveProperty('webhook');
});
