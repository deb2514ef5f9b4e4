import { dataFaults } from '../../../activities/resolve/data';
import { type FakeDeps, failureOf, fakeDeps } from '../support/deps';

let deps: FakeDeps;
beforeEach(async () => {
  deps = fakeDeps();
  for (const key of ['one.bin', 'd/a.csv', 'marker/'])
    await deps.store.put(key, key === 'marker/' ? '' : 'x', { bucket: 'data' });
});

const look = (inputs: string[], outputs: (string | undefined)[] = [], written: unknown = { outputs }) =>
  dataFaults(
    deps,
    {
      inputs: inputs.map((from) => ({ from, to: 'x' })),
      outputs: outputs.map((to) => ({ from: 'o', ...(to && { to }) })),
    },
    written,
    new AbortController().signal,
  );
const s3Error = (name: string, httpStatusCode: number): Error =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });

test('what is there is no fault, and a look at a destination leaves nothing', async () => {
  expect(await look(['s3://data/one.bin', 's3://data/d/'], [undefined, 's3://results/a/'])).toEqual([]);
  expect(deps.fakeUploads.uploads).toEqual([]);
});

test('all that is missing is named at once, with its place in the spec', async () => {
  deps.fakeUploads.begin = () => Promise.reject(s3Error('NoSuchBucket', 404));
  expect(
    await look(['s3://data/none', 's3://data/d', 's3://data/marker/', 's3://data/none/'], ['s3://gone/a/']),
  ).toEqual([
    { path: 'inputs[0].from', message: 's3://data/none: there is no such object' },
    {
      path: 'inputs[1].from',
      message: 's3://data/d: there is no such object, but a folder of that name: write s3://data/d/',
    },
    { path: 'inputs[2].from', message: 's3://data/marker/: there is nothing below this prefix' },
    { path: 'inputs[3].from', message: 's3://data/none/: there is nothing below this prefix' },
    {
      path: 'outputs[0].to',
      message:
        's3://gone/a/: there is no such bucket; name another in outputs[0].to, or make it: (eval "$(trainctl stack env)"; aws s3 mb s3://gone)',
    },
  ]);
});

test('a fault stands where the spec has the output', async () => {
  deps.fakeUploads.begin = () => Promise.reject(s3Error('NoSuchBucket', 404));
  const [fault] = await look([], ['s3://gone/a/'], { outputs: { paths: [] } });
  expect(fault?.path).toBe('outputs.paths[0].to');
  expect(fault?.message).toContain('name another in outputs.paths[0].to');
});

test.each([
  ['AccessDenied', 403, /S3 denies access to it \(give the workers s3:PutObject there\)/],
  // An answer to HEAD has no code.
  ['UnknownError', 403, /S3 denies access/],
  ['PermanentRedirect', 301, /another region/],
  ['InvalidRequest', 400, /S3 refuses to write there: InvalidRequest/],
])('a destination that answers %s is a fault', async (name, status, words) => {
  deps.fakeUploads.begin = () => Promise.reject(s3Error(name, status));
  expect(await look([], ['s3://results/a/'])).toEqual([
    { path: 'outputs[0].to', message: expect.stringMatching(words) },
  ]);
});

test('to list is one right, to read another', async () => {
  deps.fakeStore.head = () => Promise.reject(s3Error('UnknownError', 403));
  expect(await look(['s3://data/d/'])).toEqual([
    { path: 'inputs[0].from', message: expect.stringMatching(/s3:GetObject/) },
  ]);
});

test('what S3 does not answer now, or the worker’s own keys, is no fault of the spec', async () => {
  deps.fakeStore.head = () => Promise.reject(s3Error('SlowDown', 503));
  expect((await failureOf(look(['s3://data/one.bin']))).name).toBe('SlowDown');
  deps.fakeStore.head = () => Promise.reject(s3Error('InvalidAccessKeyId', 403));
  expect((await failureOf(look(['s3://data/one.bin']))).name).toBe('InvalidAccessKeyId');
});
