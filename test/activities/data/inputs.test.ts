import { listInput } from '../../../activities/data/inputs';
import { failureOf } from '../support/deps';
import { MemoryStore } from '../support/memory-store';

let store: MemoryStore;
beforeEach(async () => {
  store = new MemoryStore();
  for (const key of ['d/a.csv', 'd/sub/b.csv', 'd/empty/', 'one.bin'])
    await store.put(key, key.endsWith('/') ? '' : key, { bucket: 'data' });
});

test('one object, or everything below a prefix without the markers of folders', async () => {
  expect(await listInput(store, { from: 's3://data/one.bin', to: 'x.bin' })).toEqual([
    { url: 'http://s3.test/data/one.bin?signed', path: '', bytes: 7 },
  ]);
  const files = await listInput(store, { from: 's3://data/d/', to: 'data/' });
  expect(files.map(({ path }) => path)).toEqual(['a.csv', 'sub/b.csv']);
});

test.each([
  ['s3://data/none', /there is no such object$/],
  ['s3://data/none/', /nothing below this prefix/],
  ['s3://data/d', /a folder of that name: write s3:\/\/data\/d\//],
  ['http://x', /not an S3 address/],
])('%s fails in plain words', async (from, words) => {
  const failure = await failureOf(listInput(store, { from, to: 'x' }));
  expect(failure).toMatchObject({ type: 'failed', nonRetryable: true });
  expect(failure.message).toMatch(words);
});

test.each(['evil/../../x', 'evil//x', 'evil/./x', 'evil/x/../y'])(
  'a key that cannot be a path (%s) is refused',
  async (key) => {
    await store.put(key, 'x', { bucket: 'data' });
    const failure = await failureOf(listInput(store, { from: 's3://data/evil/', to: 'x/' }));
    expect(failure).toMatchObject({ type: 'failed' });
    expect(failure.message).toContain(JSON.stringify(key));
  },
);

test('a bucket that denies access is named as such; a passing fault stays one', async () => {
  store.head = () =>
    Promise.reject(Object.assign(new Error('denied'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }));
  expect((await failureOf(listInput(store, { from: 's3://data/one.bin', to: 'x' }))).message).toMatch(
    /S3 denies access/,
  );
  store.head = () =>
    Promise.reject(Object.assign(new Error('slow'), { name: 'SlowDown', $metadata: { httpStatusCode: 503 } }));
  expect((await failureOf(listInput(store, { from: 's3://data/one.bin', to: 'x' }))).name).toBe('SlowDown');
});
