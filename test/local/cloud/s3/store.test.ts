import { mkdtemp, readdir, rm } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListObjectsV2Command,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { compareKeys } from '../../../../local/cloud/s3/keys';
import { onAws, onlyLocal, openTarget, sha256, signHeaders, type Target } from './target';

const encode = (key: string): string => key.split('/').map(encodeURIComponent).join('/');
const onDisk = async (dir: string): Promise<string[]> =>
  (await readdir(dir, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

describe('hostile keys', () => {
  let target: Target;
  let bucket: string;
  beforeAll(async () => {
    target = await openTarget();
    bucket = await target.bucket();
  });
  afterAll(() => target.close());

  const KEYS = [
    'a',
    'a/b',
    'a//b',
    'a/',
    '/x',
    '//x',
    'x/',
    'A',
    'con',
    '.tmp',
    'a\\b',
    'C:\\x',
    '%2e%2e%2fx',
    '+',
    ' ',
    '~',
    '?uploads',
    '#',
    '__proto__',
    'constructor',
    'line\nbreak',
    'tab\t',
    'é',
    'e\u0301',
    '😀',
    'k'.repeat(1024),
    'd/'.repeat(500),
  ];

  test('all are plain, distinct keys, in a listing too', async () => {
    for (const key of KEYS) {
      const answer = await target.raw({ method: 'PUT', path: `/${bucket}/${encode(key)}`, body: `is ${key}` });
      expect([key, answer.status]).toEqual([key, 200]);
    }
    for (const key of KEYS) {
      expect((await target.raw({ path: `/${bucket}/${encode(key)}` })).text).toBe(`is ${key}`);
    }
    const page = await target.client().send(new ListObjectsV2Command({ Bucket: bucket }));
    expect(page.Contents?.map(({ Key }) => Key)).toEqual([...KEYS].sort(compareKeys));
  });
  test('a path that climbs out: 400 with no body, and nothing outside the folder', async () => {
    for (const key of ['..', '../x', '%2e%2e/x', '..%2fx', 'a/../../x', 'a/%2e%2e/%2E%2E/etc']) {
      const answer = await target.raw({ method: 'PUT', path: `/${bucket}/${key}`, body: 'x' });
      expect([key, answer.status, answer.text]).toEqual([key, 400, '']);
    }
    if (onAws) return;
    expect((await target.raw({ method: 'PUT', path: '/..', body: '' })).code).toBe('InvalidBucketName');
    expect((await readdir(dirname(target.dir))).filter((name) => name === 'x')).toEqual([]);
    for (const name of await onDisk(target.dir))
      expect(name).toMatch(/^([0-9a-f]{32}|[0-9a-f]{64}\.json|trainctl-test-\w+\.json)$/);
  });
  test('more than 1,024 bytes: KeyTooLongError; no UTF-8: InvalidURI', async () => {
    const long = await target.raw({ method: 'PUT', path: `/${bucket}/${'k'.repeat(1025)}`, body: 'x' });
    expect(long.code).toBe('KeyTooLongError');
    const wide = await target.raw({ method: 'PUT', path: `/${bucket}/${'%C3%A9'.repeat(513)}`, body: 'x' });
    expect(wide.code).toBe('KeyTooLongError');
    expect((await target.raw({ path: `/${bucket}/%FF` })).code).toBe('InvalidURI');
  });
});

onlyLocal('the folder', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'trainctl-s3-store-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  test('objects, metadata, open uploads and buckets survive a restart', async () => {
    const first = await openTarget({ dir });
    const bucket = await first.bucket();
    await first.raw({ method: 'PUT', path: `/${bucket}/kept`, body: 'bytes', headers: { 'x-amz-meta-a': '1' } });
    const place = { Bucket: bucket, Key: 'upload' };
    const { UploadId } = await first.client().send(new CreateMultipartUploadCommand(place));
    const part = await first.client().send(new UploadPartCommand({ ...place, UploadId, PartNumber: 1, Body: 'part' }));
    await first.close();

    const second = await openTarget({ dir });
    const kept = await second.raw({ path: `/${bucket}/kept` });
    expect([kept.text, kept.headers['x-amz-meta-a']]).toEqual(['bytes', '1']);
    const Parts = [{ PartNumber: 1, ETag: part.ETag }];
    const done = { ...place, UploadId, MultipartUpload: { Parts } };
    await second.client().send(new CompleteMultipartUploadCommand(done));
    await second.close();

    const third = await openTarget({ dir });
    expect((await third.raw({ path: `/${bucket}/upload` })).text).toBe('part');
    await third.close();
  });

  test('no file is left behind by overwrites, deletes, failed writes and aborted uploads', async () => {
    const target = await openTarget({ dir });
    const bucket = await target.bucket();
    const path = `/${bucket}/k`;
    for (const body of ['one', 'two']) await target.raw({ method: 'PUT', path, body });
    await target.raw({ method: 'PUT', path, body: 'x', payload: sha256('y') });
    await target.raw({ method: 'PUT', path, body: 'x', headers: { 'if-none-match': '*' } });
    await target.raw({ method: 'PUT', path: `${path}2`, headers: { 'x-amz-copy-source': path } });
    await target.raw({ method: 'DELETE', path });
    await target.raw({ method: 'DELETE', path: `${path}2` });
    const { text } = await target.raw({ method: 'POST', path: `${path}?uploads` });
    const id = /<UploadId>(\w+)/.exec(text)?.[1];
    await target.raw({ method: 'PUT', path: `${path}?partNumber=1&uploadId=${id}`, body: 'x' });
    await target.raw({ method: 'DELETE', path: `${path}?uploadId=${id}` });
    expect(await onDisk(dir)).toEqual([`${bucket}.json`]);
    await target.raw({ method: 'DELETE', path: `/${bucket}` });
    expect(await onDisk(dir)).toEqual([]);
    await target.close();
  });

  test('a reader keeps its bytes when the object is overwritten and deleted meanwhile', async () => {
    const target = await openTarget({ dir });
    const bucket = await target.bucket();
    const path = `/${bucket}/read`;
    const old = Buffer.alloc(20_000_000, 'old');
    await target.raw({ method: 'PUT', path, body: old });
    const { headers } = signHeaders(target, { method: 'GET', path, headers: {}, payload: sha256('') });
    const res = await new Promise<http.IncomingMessage>((resolve, reject) => {
      http.get(`${target.endpoint}${path}`, { headers, agent: false }, resolve).on('error', reject);
    });
    await target.raw({ method: 'PUT', path, body: 'new' });
    await target.raw({ method: 'DELETE', path });
    const pieces: Buffer[] = [];
    for await (const piece of res) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(old)).toBe(true);
    // Once the reader is done, its file goes too.
    while ((await onDisk(join(dir, 'data'))).length > 0) await new Promise((resolve) => setImmediate(resolve));
    await target.close();
  });

  test('a write that is on its way while its bucket goes finds no bucket', async () => {
    const target = await openTarget({ dir });
    const bucket = await target.bucket();
    const path = `/${bucket}/late`;
    const body = Buffer.alloc(200_000);
    const { headers } = signHeaders(target, { method: 'PUT', path, headers: {}, payload: sha256(body) });
    const answer = new Promise<number>((resolve, reject) => {
      const req = http.request(
        `${target.endpoint}${path}`,
        { method: 'PUT', headers: { ...headers, 'content-length': body.length }, agent: false },
        (res) => {
          res.resume();
          resolve(res.statusCode ?? 0);
        },
      );
      req.on('error', reject);
      req.write(body.subarray(0, 100_000), () => {
        target.raw({ method: 'DELETE', path: `/${bucket}` }).then(() => req.end(body.subarray(100_000)), reject);
      });
    });
    expect(await answer).toBe(404);
    await target.close();
    expect(await onDisk(dir)).toEqual([]);
  });
});
