import type { Client } from '@temporalio/client';
import { NoSuchObjectError, type ObjectStore } from '../../../adapters/aws';
import { type RunHandle, readerOf, TrainctlClient } from '../../../client';
import type { RunResult } from '../../../contract';
import { SETTINGS } from '../support/settings-fixture';
import { at, attempt, view } from '../support/status-fixture';

const GONE = Object.assign(new Error('no'), {
  name: 'NoSuchBucket',
  $metadata: { httpStatusCode: 404 },
  bucket: 'runs',
});

const gone = async (key: string) => {
  throw new NoSuchObjectError('runs', key, { cause: GONE });
};
const nothing = async (key: string) => {
  throw new NoSuchObjectError('runs', key);
};

/** S3 without the bucket: a GET of any key says so in the cause, a listing plainly. */
const goneStore = {
  get: gone,
  getRange: gone,
  // biome-ignore lint/correctness/useYield: it throws first.
  list: async function* () {
    throw GONE;
  },
  close: () => undefined,
} as unknown as ObjectStore;

/** S3 with the bucket, and nothing of the run in it. */
const emptyStore = {
  get: nothing,
  getRange: nothing,
  list: async function* () {},
  close: () => undefined,
} as unknown as ObjectStore;

const RESULT: RunResult = {
  outcome: 'succeeded',
  run: 'digits',
  attemptCount: 1,
  interruptions: 0,
  resumedFromStep: null,
  finalStep: 3,
  costUsd: 0.5,
  leftovers: 0,
  seconds: 41,
};
const STATUS = view({
  run: 'digits',
  outcome: 'succeeded',
  phase: 'ended',
  endedAt: at(41),
  attempts: [attempt(1)],
  outputs: [{ from: '.', to: 's3://runs/x/', files: 2, bytes: 9 }],
});

/** A run that has ended, over a worker that answers queries or over none. */
function ended(
  store: ObjectStore,
  { worker = true, result = RESULT, memo = '' } = {},
): { handle: RunHandle; queries: () => number } {
  let queries = 0;
  const workflow = {
    describe: async () => ({
      startTime: new Date(at(0)),
      closeTime: new Date(at(41)),
      searchAttributes: {},
      memo: memo === '' ? {} : { outcome: memo },
    }),
    result: async () => result,
    query: async () => {
      queries += 1;
      if (worker) return STATUS;
      throw Object.assign(new Error('no poller'), { code: 9, details: 'no poller', metadata: {} });
    },
  };
  const temporal = {
    withDeadline: (_: number, call: () => unknown) => call(),
    workflow: { getHandle: () => workflow },
  } as unknown as Client;
  const client = new TrainctlClient({ ...SETTINGS, bucket: 'runs' }, temporal, store, {} as never);
  const address = { workflowId: 'digits', runId: 'r', runKey: '0123456789abcdef' };
  // biome-ignore lint/complexity/useLiteralKeys: handles are made by looking a run up, which needs a server.
  return { handle: client['handle'](address), queries: () => queries };
}

it('a run whose bucket is gone is told by its workflow, with what is the matter', async () => {
  const { handle } = ended(goneStore);
  expect(await handle.status()).toMatchObject({
    source: 'workflow',
    outcome: 'succeeded',
    outputs: STATUS.outputs,
    storeFault: 's3://runs: there is no such bucket',
  });
  expect(await handle.summary()).toBeUndefined();
  expect(await handle.result()).toEqual(RESULT);
  await expect(handle.spec()).rejects.toBe(GONE);
});

it('a summary that is lost is made up for by the workflow, where a worker answers', async () => {
  const { handle } = ended(emptyStore);
  const seen = await handle.status();
  expect(seen).toMatchObject({ source: 'workflow', outputs: STATUS.outputs, costUsd: STATUS.costUsd });
  expect(seen.storeFault).toBeUndefined();
  await expect(handle.spec()).rejects.toThrow(
    'the stored spec of digits is no longer in S3, or is none that trainctl wrote: s3://runs/runs/',
  );
  expect(await ended(emptyStore, { worker: false }).handle.status()).toMatchObject({ source: 'temporal' });
});

it('a summary that somebody else has written changes no outcome', async () => {
  const forged = { ...RESULT, outcome: 'failed' as const };
  const summary = { run: 'digits', runKey: STATUS.runKey, status: { ...STATUS, outcome: 'failed' }, result: forged };
  const body = Buffer.from(JSON.stringify(summary));
  const { handle } = ended({ ...emptyStore, getRange: async () => body } as unknown as ObjectStore, {
    memo: 'succeeded',
  });
  expect(await handle.summary()).toMatchObject({ result: forged });
  expect(await handle.result()).toEqual(RESULT);
  expect(await handle.status()).toMatchObject({ source: 'workflow', outcome: 'succeeded' });
});

it('a run that never launched anything has no summary, and nobody is asked for it', async () => {
  const { handle, queries } = ended(emptyStore, { result: { ...RESULT, outcome: 'invalid', attemptCount: 0 } });
  expect(await handle.status()).toMatchObject({ source: 'temporal', outcome: 'invalid' });
  expect(queries()).toBe(0);
  await expect(handle.spec()).rejects.toThrow('digits has no stored spec: it ended before it was resolved');
});

it('an object that is missing is a value, a bucket that is missing is none', async () => {
  expect(await readerOf(emptyStore).get('k')).toBeUndefined();
  await expect(readerOf(goneStore).get('k')).rejects.toBe(GONE);
});

/** S3 that answers 503 to everything, and how often it was asked. */
function busyStore(): { store: ObjectStore; asked: () => number } {
  let asked = 0;
  const busy = async () => {
    asked += 1;
    throw Object.assign(new Error('Please reduce your request rate.'), {
      name: 'SlowDown',
      $metadata: { httpStatusCode: 503 },
    });
  };
  const list = async function* () {
    yield await busy();
  };
  const store = { get: busy, getRange: busy, list, close: () => undefined } as unknown as ObjectStore;
  return { store, asked: () => asked };
}

it('while S3 does not answer, a run is told by its workflow and by Temporal, with what is missing', async () => {
  for (const worker of [true, false]) {
    const { store, asked } = busyStore();
    const { handle } = ended(store, { worker });
    const seen = await handle.status();
    expect(seen).toMatchObject({
      source: worker ? 'workflow' : 'temporal',
      outcome: 'succeeded',
      storeFault: 's3://runs: S3 does not answer (Please reduce your request rate.)',
      storeSilent: true,
    });
    // It is not asked again and again by one look.
    expect(asked()).toBe(1);
  }
});

it('whoever follows a run waits for an S3 that does not answer, as before', async () => {
  const { handle } = ended(busyStore().store);
  await expect(handle.status({ needsStore: true })).rejects.toThrow('reduce your request rate');
  await expect(handle.summary()).rejects.toThrow('reduce your request rate');
  await expect(handle.live(1)).rejects.toThrow('reduce your request rate');
});
