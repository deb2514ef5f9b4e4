import { MockActivityEnvironment } from '@temporalio/testing';
import { createFetchInputs } from '../../activities/fetch-inputs';
import { createInstallDependencies } from '../../activities/install-dependencies';
import { SpecStore } from '../../activities/spec-store';
import { createStartTraining } from '../../activities/start-training';
import { createStopTraining } from '../../activities/stop-training';
import { createSyncCode } from '../../activities/sync-code';
import { createTakeCheckpoint } from '../../activities/take-checkpoint';
import { createWriteSummary } from '../../activities/write-summary';
import { hostDir, type RunResult, type RunStatus, snapshotKey, summaryKey } from '../../contract';
import { specOf } from '../support/spec';
import { type FakeDeps, failureOf, fakeDeps, HOST, NODE, storeSpec } from './support/deps';

const SHA = 'f'.repeat(64);
const DIR = hostDir(NODE.runKey, NODE.attempt, NODE.node);
let deps: FakeDeps;
let specs: SpecStore;
beforeEach(async () => {
  deps = fakeDeps();
  specs = new SpecStore(deps.store, 'p/');
  await storeSpec(deps, specOf());
  process.env.STEPS_TEST_TOKEN = 'tok-123456';
});
afterEach(() => {
  delete process.env.STEPS_TEST_TOKEN;
});

const env = (): MockActivityEnvironment => new MockActivityEnvironment();

test('code: the snapshot by a signed URL', async () => {
  await storeSpec(deps, specOf({ code: { snapshot: SHA } }));
  await deps.store.put(snapshotKey('p/', SHA), 'tar');
  deps.fakeAgent.answers.sync = () => ({ files: 14, bytes: 99 });
  expect(await env().run(createSyncCode(deps, specs), { host: HOST })).toEqual({
    did: true,
    detail: '14 files unpacked (3 B packed)',
  });
  expect(deps.fakeAgent.calls).toEqual([
    {
      verb: 'sync',
      request: {
        dir: DIR,
        archive: { url: `http://s3.test/trainctl/${snapshotKey('p/', SHA)}?signed`, sha256: SHA, bytes: 3 },
      },
    },
  ]);
});

test('no code: an empty folder; a snapshot that went away: failed', async () => {
  expect(await env().run(createSyncCode(deps, specs), { host: HOST })).toEqual({ did: false, detail: 'no code' });
  await storeSpec(deps, specOf({ code: { snapshot: SHA } }));
  const failure = await failureOf(env().run(createSyncCode(deps, new SpecStore(deps.store, 'p/')), { host: HOST }));
  expect(failure).toMatchObject({ type: 'failed', message: expect.stringContaining('trainctl snapshot DIR') });
});

test('setup: what was installed, in a line; secrets by stdin alone', async () => {
  await storeSpec(deps, specOf({ secrets: ['STEPS_TEST_TOKEN'], setup: { requirements: 'auto', commands: ['make'] } }));
  deps.fakeAgent.answers.install = () => ({
    source: 'requirements.txt',
    tool: 'pip',
    packages: ['numpy 2.3'],
    count: 3,
  });
  const done = await env().run(createInstallDependencies(deps, specs), { host: HOST });
  expect(done).toEqual({ did: true, detail: 'requirements.txt by pip · numpy 2.3 and 2 more · 1 setup command' });
  expect(deps.fakeAgent.calls[0]?.request).toMatchObject({
    secrets: { STEPS_TEST_TOKEN: 'tok-123456' },
    command: 'python train.py',
  });
  delete process.env.STEPS_TEST_TOKEN;
  const failure = await failureOf(env().run(createInstallDependencies(deps, specs), { host: HOST }));
  expect(failure).toMatchObject({
    type: 'failed',
    nonRetryable: true,
    message: expect.stringContaining('set STEPS_TEST_TOKEN'),
  });
});

test('inputs: listed by the worker, fetched by the host', async () => {
  await storeSpec(deps, specOf({ inputs: [{ from: 's3://data/d/', to: 'data/' }] }));
  await deps.store.put('d/a', 'abc', { bucket: 'data' });
  deps.fakeAgent.answers.fetch = () => ({ files: 12, bytes: 48_000_000, seconds: 1.2 });
  expect(await env().run(createFetchInputs(deps, specs), { host: HOST })).toEqual({
    did: true,
    detail: '12 files, 48 MB in 1.2 s',
  });
  expect(deps.fakeAgent.calls[0]?.request).toEqual({
    dir: DIR,
    inputs: [{ to: 'data/', files: [{ url: 'http://s3.test/data/d/a?signed', path: 'a', bytes: 3 }] }],
  });
});

test('start: the spec, the grants and the lease', async () => {
  const outputs = [{ from: 'out/' }, { from: 'm.bin', to: 's3://other/results' }];
  await storeSpec(deps, specOf({ outputs, secrets: ['STEPS_TEST_TOKEN'] }));
  deps.fakeAgent.answers.start = () => ({ pid: 41, started: true });
  const args = { host: HOST, resumedFromStep: 7, leaseUntil: 1234 };
  const done = await env().run(createStartTraining(deps, specs), args);
  expect(done).toMatchObject({ pid: 41 });
  expect(deps.fakeAgent.calls[0]?.request).toMatchObject({
    dir: DIR,
    run: NODE.workflowId,
    attempt: 2,
    resumedFromStep: 7,
    leaseUntil: 1234,
    checkpoints: { dir: 'checkpoints', everySeconds: 60, graceSeconds: 30, signal: null },
    outputs: [{ from: 'out/' }, { from: 'm.bin' }],
    secrets: { STEPS_TEST_TOKEN: 'tok-123456' },
    grants: {
      node: { keyPrefix: `p/runs/${NODE.runKey}/a/2/0/` },
      outputs: { 1: { url: 'http://s3.test/other', keyPrefix: 'results/' } },
    },
  });
});

test('stop and checkpoint are told to the agent', async () => {
  await env().run(createStopTraining(deps), { host: HOST, mode: 'graceful' as const, graceSeconds: 9 });
  await env().run(createTakeCheckpoint(deps), { host: HOST });
  expect(deps.fakeAgent.calls).toEqual([
    { verb: 'stop', request: { dir: DIR, mode: 'graceful', graceSeconds: 9 } },
    { verb: 'checkpoint', request: { dir: DIR } },
  ]);
});

test('the spec is read once for each run; one that is gone or foreign ends the run', async () => {
  let reads = 0;
  const { get } = deps.fakeStore;
  deps.fakeStore.get = (...args) => {
    reads += 1;
    return get.apply(deps.fakeStore, args);
  };
  await specs.read(NODE);
  await specs.read(NODE);
  expect(reads).toBe(1);
  const failure = await failureOf(specs.read({ ...NODE, runKey: 'ffffffffffffffff' }));
  expect(failure).toMatchObject({ type: 'failed', nonRetryable: true, message: expect.stringContaining('is gone') });
  await deps.store.put(`p/runs/eeeeeeeeeeeeeeee/spec.json`, '{"version": 1}');
  expect((await failureOf(specs.read({ ...NODE, runKey: 'eeeeeeeeeeeeeeee' }))).message).toMatch(/is not the spec/);
});

test('the summary', async () => {
  const status = { run: NODE.workflowId } as RunStatus;
  const result = { outcome: 'succeeded' } as RunResult;
  await env().run(createWriteSummary(deps), { run: NODE, status, result });
  const stored = JSON.parse((await deps.store.get(summaryKey('p/', NODE.runKey))).toString());
  expect(stored).toEqual({ run: NODE.workflowId, runKey: NODE.runKey, status, result });
});
