import { createHash } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { suite } from '../../clouds';
import { type Bucket, openBucket } from './bucket';

const { test } = suite('s3 › objects › put-and-get');

let s3: Bucket;
beforeAll(async () => {
  s3 = await openBucket();
});
afterAll(() => s3.target.close());

test('the SDK gets back what it put: bytes, type, metadata, checksum', async () => {
  const client = s3.target.client();
  const written = await client.send(
    new PutObjectCommand({
      Bucket: s3.name,
      Key: 'dir/file ä.txt',
      Body: 'hello',
      ContentType: 'text/plain',
      CacheControl: 'no-cache',
      Metadata: { Mixed: 'Case' },
    }),
  );
  expect(written).toMatchObject({ ETag: '"5d41402abc4b2a76b9719d911017c592"', ChecksumCRC32: 'NhCmhg==' });
  const read = await client.send(
    new GetObjectCommand({ Bucket: s3.name, Key: 'dir/file ä.txt', ChecksumMode: 'ENABLED' }),
  );
  expect(await read.Body?.transformToString()).toBe('hello');
  expect(read).toMatchObject({
    ContentType: 'text/plain',
    CacheControl: 'no-cache',
    Metadata: { mixed: 'Case' },
    ContentLength: 5,
    ChecksumCRC32: 'NhCmhg==',
    ChecksumType: 'FULL_OBJECT',
  });
  const head = await client.send(new HeadObjectCommand({ Bucket: s3.name, Key: 'dir/file ä.txt' }));
  expect(head.ChecksumCRC32).toBeUndefined();
  expect(head.LastModified?.getTime()).toBeGreaterThan(Date.now() - 60_000);
});

test('PUT answers 200 with the MD5 as ETag and no body; the default type is binary/octet-stream', async () => {
  const answer = await s3.put('plain');
  expect(answer).toMatchObject({ status: 200, text: '' });
  expect(answer.headers.etag).toBe(`"${createHash('md5').update('hello').digest('hex')}"`);
  // None was sent: S3 computes CRC64NVME.
  expect(answer.headers).toMatchObject({
    'x-amz-checksum-crc64nvme': 'M3eFcAZSQlc=',
    'x-amz-checksum-type': 'FULL_OBJECT',
  });
  expect((await s3.get('plain')).headers['content-type']).toBe('binary/octet-stream');
});

test('an empty object is an object', async () => {
  expect((await s3.put('empty', '')).status).toBe(200);
  const answer = await s3.get('empty');
  expect(answer).toMatchObject({ status: 200, text: '' });
  expect(answer.headers['content-length']).toBe('0');
  expect((await s3.get('empty', { range: 'bytes=0-' })).code).toBe('InvalidRange');
});

test('a PUT replaces the object whole', async () => {
  await s3.put('twice', 'first', { 'x-amz-meta-a': '1', 'content-type': 'text/a' });
  await s3.put('twice', 'second');
  const answer = await s3.get('twice');
  expect(answer.text).toBe('second');
  expect(answer.headers['x-amz-meta-a']).toBeUndefined();
});

test('a missing key: 404 NoSuchKey with the key; HEAD without a body', async () => {
  const answer = await s3.get('missing');
  expect(answer).toMatchObject({ status: 404, code: 'NoSuchKey' });
  expect(answer.text).toContain('<Key>missing</Key>');
  expect(answer.text).toContain(`<RequestId>${answer.headers['x-amz-request-id']}</RequestId>`);
  expect(await s3.target.raw({ method: 'HEAD', path: s3.path('missing') })).toMatchObject({ status: 404, text: '' });
});

test('a missing bucket: 404 NoSuchBucket', async () => {
  expect(await s3.target.raw({ path: '/trainctl-test-none/x' })).toMatchObject({ status: 404, code: 'NoSuchBucket' });
});

test('no length: 411 MissingContentLength; bare Transfer-Encoding: 501 NotImplemented', async () => {
  const chunked = await s3.target.raw({
    method: 'PUT',
    path: s3.path('chunked'),
    body: 'hello',
    unsignedHeaders: { 'transfer-encoding': 'chunked' },
  });
  expect(chunked).toMatchObject({ status: 501, code: 'NotImplemented' });
  expect(chunked.text).toContain('<Header>Transfer-Encoding</Header>');
  expect((await s3.get('chunked')).status).toBe(404);
});

test('metadata: duplicates joined, non-ASCII comes back as RFC 2047, more than 2 KB is MetadataTooLarge', async () => {
  await s3.put('meta', '', { 'x-amz-meta-name': Buffer.from('Zürich').toString('latin1') });
  expect((await s3.get('meta')).headers['x-amz-meta-name']).toBe('=?UTF-8?Q?Z=C3=BCrich?=');
  expect((await s3.put('meta', '', { 'x-amz-meta-big': 'x'.repeat(2050) })).code).toBe('MetadataTooLarge');
});

test('Content-Encoding loses every aws-chunked token', async () => {
  await s3.put('encoded', 'x', { 'content-encoding': 'gzip,aws-chunked' });
  expect((await s3.get('encoded')).headers['content-encoding']).toBe('gzip');
});

test('response-* parameters replace headers', async () => {
  const answer = await s3.target.raw({ path: `${s3.path('plain')}?response-content-type=text%2Fcsv` });
  expect(answer.headers['content-type']).toBe('text/csv');
  expect((await s3.target.raw({ path: `${s3.path('plain')}?response-content-type=%E2%82%AC` })).code).toBe(
    'InvalidArgument',
  );
});
