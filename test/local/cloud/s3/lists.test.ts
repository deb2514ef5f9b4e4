import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { Store, type StoredObject } from '../../../../local/cloud/s3/store';
import { suite } from '../clouds';
import { openTarget, type Target } from './target';

const { describe, test } = suite('s3 › lists');

let target: Target;
let bucket: string;
let client: S3Client;
beforeAll(async () => {
  target = await openTarget();
  bucket = await target.bucket();
  client = target.client();
});
afterAll(() => target.close());

const put = (key: string) =>
  target.raw({ method: 'PUT', path: `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`, body: 'x' });
const list = (query: string) => target.raw({ path: `/${bucket}?list-type=2${query}` });
const keysOf = (contents: { Key?: string | undefined }[] = []) => contents.map(({ Key }) => Key);

describe('ListObjectsV2', () => {
  // In the order of UTF-8 bytes: U+FF5E comes before U+1F600, though its UTF-16 unit is larger.
  const KEYS = ['a', 'a b', 'a+b', 'a/', 'a//b', 'a/1', 'a/2/x', 'a/2/y', 'a0', 'b&<">', 'c/1', '～', '😀'];
  beforeAll(async () => {
    for (const key of [...KEYS].reverse()) expect((await put(key)).status).toBe(200);
  });

  test('order is that of UTF-8 bytes', async () => {
    const page = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
    expect(keysOf(page.Contents)).toEqual(KEYS);
    expect(page).toMatchObject({ KeyCount: KEYS.length, MaxKeys: 1000, IsTruncated: false, Prefix: '', Name: bucket });
    expect(page.Contents?.[0]).toMatchObject({ Size: 1, StorageClass: 'STANDARD', ChecksumType: 'FULL_OBJECT' });
  });
  test('a delimiter rolls up; a prefix narrows', async () => {
    const top = await client.send(new ListObjectsV2Command({ Bucket: bucket, Delimiter: '/' }));
    expect(top.CommonPrefixes).toEqual([{ Prefix: 'a/' }, { Prefix: 'c/' }]);
    expect(keysOf(top.Contents)).toEqual(KEYS.filter((key) => !key.includes('/')));
    const below = await client.send(new ListObjectsV2Command({ Bucket: bucket, Delimiter: '/', Prefix: 'a/' }));
    expect(below.CommonPrefixes).toEqual([{ Prefix: 'a//' }, { Prefix: 'a/2/' }]);
    expect(keysOf(below.Contents)).toEqual(['a/', 'a/1']);
  });
  test.each([1, 2, 3, 5])('pages of %i give everything once, common prefixes counted', async (MaxKeys) => {
    const seen: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, Delimiter: '/', MaxKeys, ContinuationToken, StartAfter: 'a' }),
      );
      const entries = [...keysOf(page.Contents), ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix)];
      expect(page.KeyCount).toBe(entries.length);
      expect(entries.length).toBeLessThanOrEqual(MaxKeys);
      expect(page.StartAfter).toBe(ContinuationToken === undefined ? 'a' : undefined);
      seen.push(...entries);
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect([...seen].sort()).toEqual(['a b', 'a+b', 'a/', 'a0', 'b&<">', 'c/', '～', '😀'].sort());
  });
  test('max-keys: 0 is empty and not truncated, more than 1,000 is echoed as 1,000, text is InvalidArgument', async () => {
    const none = await list('&max-keys=0');
    expect(none.text).toContain('<KeyCount>0</KeyCount><MaxKeys>0</MaxKeys>');
    expect(none.text).toContain('<IsTruncated>false</IsTruncated>');
    expect((await list('&max-keys=5000')).text).toContain('<MaxKeys>1000</MaxKeys>');
    expect((await list('&max-keys=many')).code).toBe('InvalidArgument');
  });
  test('tokens: a wrong or an empty one is InvalidArgument', async () => {
    for (const token of ['', 'abc', 'AAAAAAAAAAAA']) {
      const answer = await list(`&continuation-token=${token}`);
      expect(answer.code).toBe('InvalidArgument');
      expect(answer.text).toContain('The continuation token provided is incorrect');
    }
  });
  test('encoding-type: only url; / stays', async () => {
    const answer = await list('&encoding-type=url&prefix=b%26');
    expect(answer.text).toContain('<Key>b%26%3C%22%3E</Key>');
    expect(answer.text).toContain('<EncodingType>url</EncodingType>');
    expect((await list('&encoding-type=url&prefix=a/2/')).text).toContain('<Key>a/2/x</Key>');
    expect((await list('&encoding-type=json')).code).toBe('InvalidArgument');
  });
  test('the first version: markers', async () => {
    const first = await client.send(new ListObjectsCommand({ Bucket: bucket, Delimiter: '/', MaxKeys: 4 }));
    expect(first).toMatchObject({ IsTruncated: true, NextMarker: 'a/' });
    const second = await client.send(
      new ListObjectsCommand({ Bucket: bucket, Delimiter: '/', Marker: first.NextMarker }),
    );
    expect(keysOf(second.Contents)).toEqual(['a0', 'b&<">', '～', '😀']);
    expect(second.CommonPrefixes).toEqual([{ Prefix: 'c/' }]);
  });
  test('a written key is listed at once, a deleted one no more', async () => {
    await put('zz');
    expect((await list('&prefix=zz')).text).toContain('<Key>zz</Key>');
    await target.raw({ method: 'DELETE', path: `/${bucket}/zz` });
    expect((await list('&prefix=zz')).text).toContain('<KeyCount>0</KeyCount>');
  });
});

test('10,000 keys, read from disk at start: pages, deep and shallow, are whole', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'trainctl-s3-keys-'));
  const store = new Store(dir);
  await store.load();
  await store.create('many', Date.now());
  for (let i = 0; i < 10_000; i += 100) {
    const names = Array.from({ length: 100 }, (_, k) => `run-${k}/log/${i + k}`);
    await Promise.all(names.map((key) => store.need('many').commit(key, () => objectOf(key))));
  }
  const large = await openTarget({ dir });
  const page = async (input: object): Promise<{ keys: number; prefixes: number; more: boolean | undefined }> => {
    const { Contents, CommonPrefixes, IsTruncated } = await large
      .client()
      .send(new ListObjectsV2Command({ Bucket: 'many', ...input }));
    return { keys: Contents?.length ?? 0, prefixes: CommonPrefixes?.length ?? 0, more: IsTruncated };
  };
  expect(await page({ StartAfter: 'run-5' })).toEqual({ keys: 1000, prefixes: 0, more: true });
  expect(await page({ Delimiter: '/' })).toEqual({ keys: 0, prefixes: 100, more: false });
  expect(await page({ Prefix: 'run-99/log/', Delimiter: '/' })).toEqual({ keys: 100, prefixes: 0, more: false });
  await large.close();
  await rm(dir, { recursive: true });
}, 120_000);

const objectOf = (key: string): StoredObject => ({
  key,
  version: key,
  etag: 'd41d8cd98f00b204e9800998ecf8427e',
  size: 0,
  lastModified: 0,
  checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: 'AAAAAAAAAAA=' },
  segments: [],
  headers: { 'content-type': 'binary/octet-stream' },
  metadata: {},
  storageClass: 'STANDARD',
});
