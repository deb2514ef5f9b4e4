import { createHash } from 'node:crypto';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { openTarget, type Target } from './target';

let target: Target;
let bucket: string;
beforeAll(async () => {
  target = await openTarget();
  bucket = await target.bucket();
});
afterAll(() => target.close());

const path = (key: string): string => `/${bucket}/${key}`;
const put = (key: string, body: string | Buffer = 'hello', headers: Record<string, string> = {}) =>
  target.raw({ method: 'PUT', path: path(key), body, headers });
const get = (key: string, headers: Record<string, string> = {}) => target.raw({ path: path(key), headers });

describe('PutObject, GetObject, HeadObject', () => {
  test('the SDK gets back what it put: bytes, type, metadata, checksum', async () => {
    const client = target.client();
    const written = await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: 'dir/file ä.txt',
        Body: 'hello',
        ContentType: 'text/plain',
        CacheControl: 'no-cache',
        Metadata: { Mixed: 'Case' },
      }),
    );
    expect(written).toMatchObject({ ETag: '"5d41402abc4b2a76b9719d911017c592"', ChecksumCRC32: 'NhCmhg==' });
    const read = await client.send(
      new GetObjectCommand({ Bucket: bucket, Key: 'dir/file ä.txt', ChecksumMode: 'ENABLED' }),
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
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'dir/file ä.txt' }));
    expect(head.ChecksumCRC32).toBeUndefined();
    expect(head.LastModified?.getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  test('PUT answers 200 with the MD5 as ETag and no body; the default type is binary/octet-stream', async () => {
    const answer = await put('plain');
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers.etag).toBe(`"${createHash('md5').update('hello').digest('hex')}"`);
    // None was sent: S3 computes CRC64NVME.
    expect(answer.headers).toMatchObject({
      'x-amz-checksum-crc64nvme': 'M3eFcAZSQlc=',
      'x-amz-checksum-type': 'FULL_OBJECT',
    });
    expect((await get('plain')).headers['content-type']).toBe('binary/octet-stream');
  });

  test('an empty object is an object', async () => {
    expect((await put('empty', '')).status).toBe(200);
    const answer = await get('empty');
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers['content-length']).toBe('0');
    expect((await get('empty', { range: 'bytes=0-' })).code).toBe('InvalidRange');
  });

  test('a PUT replaces the object whole', async () => {
    await put('twice', 'first', { 'x-amz-meta-a': '1', 'content-type': 'text/a' });
    await put('twice', 'second');
    const answer = await get('twice');
    expect(answer.text).toBe('second');
    expect(answer.headers['x-amz-meta-a']).toBeUndefined();
  });

  test('a missing key: 404 NoSuchKey with the key; HEAD without a body', async () => {
    const answer = await get('missing');
    expect(answer).toMatchObject({ status: 404, code: 'NoSuchKey' });
    expect(answer.text).toContain('<Key>missing</Key>');
    expect(answer.text).toContain(`<RequestId>${answer.headers['x-amz-request-id']}</RequestId>`);
    expect(await target.raw({ method: 'HEAD', path: path('missing') })).toMatchObject({ status: 404, text: '' });
  });

  test('a missing bucket: 404 NoSuchBucket', async () => {
    expect(await target.raw({ path: '/trainctl-test-none/x' })).toMatchObject({ status: 404, code: 'NoSuchBucket' });
  });

  test('no length: 411 MissingContentLength; bare Transfer-Encoding: 501 NotImplemented', async () => {
    const chunked = await target.raw({
      method: 'PUT',
      path: path('chunked'),
      body: 'hello',
      unsignedHeaders: { 'transfer-encoding': 'chunked' },
    });
    expect(chunked).toMatchObject({ status: 501, code: 'NotImplemented' });
    expect(chunked.text).toContain('<Header>Transfer-Encoding</Header>');
    expect((await get('chunked')).status).toBe(404);
  });

  test('metadata: duplicates joined, non-ASCII comes back as RFC 2047, more than 2 KB is MetadataTooLarge', async () => {
    await put('meta', '', { 'x-amz-meta-name': Buffer.from('Zürich').toString('latin1') });
    expect((await get('meta')).headers['x-amz-meta-name']).toBe('=?UTF-8?Q?Z=C3=BCrich?=');
    expect((await put('meta', '', { 'x-amz-meta-big': 'x'.repeat(2050) })).code).toBe('MetadataTooLarge');
  });

  test('Content-Encoding loses every aws-chunked token', async () => {
    await put('encoded', 'x', { 'content-encoding': 'gzip,aws-chunked' });
    expect((await get('encoded')).headers['content-encoding']).toBe('gzip');
  });

  test('response-* parameters replace headers', async () => {
    const answer = await target.raw({ path: `${path('plain')}?response-content-type=text%2Fcsv` });
    expect(answer.headers['content-type']).toBe('text/csv');
    expect((await target.raw({ path: `${path('plain')}?response-content-type=%E2%82%AC` })).code).toBe(
      'InvalidArgument',
    );
  });
});

describe('ranges of ten bytes', () => {
  beforeAll(() => put('ten', '0123456789'));
  test.each([
    ['0-8', 206, '012345678', 'bytes 0-8/10'],
    ['1-', 206, '123456789', 'bytes 1-9/10'],
    ['-2', 206, '89', 'bytes 8-9/10'],
    ['-15', 206, '0123456789', 'bytes 0-9/10'],
    ['0-100', 206, '0123456789', 'bytes 0-9/10'],
    ['1-0', 200, '0123456789', undefined],
    ['-1-', 200, '0123456789', undefined],
    ['0--1', 200, '0123456789', undefined],
    ['-', 200, '0123456789', undefined],
    ['0-1,4-5', 200, '0123456789', undefined],
  ])('%s: %i', async (range, status, text, contentRange) => {
    const answer = await get('ten', { range: `bytes=${range}` });
    expect(answer).toMatchObject({ status, text });
    expect(answer.headers['content-range']).toBe(contentRange);
  });
  test.each(['-0', '100-200', '10-'])('%s: 416 InvalidRange', async (range) => {
    const answer = await get('ten', { range: `bytes=${range}` });
    expect(answer).toMatchObject({ status: 416, code: 'InvalidRange' });
    expect(answer.text).toContain('<ActualObjectSize>10</ActualObjectSize>');
  });
  test('partNumber=1 of a plain object; with Range InvalidRequest; too big 416', async () => {
    expect(await target.raw({ path: `${path('ten')}?partNumber=1` })).toMatchObject({
      status: 206,
      text: '0123456789',
    });
    const both = await target.raw({ path: `${path('ten')}?partNumber=1`, headers: { range: 'bytes=0-1' } });
    expect(both.code).toBe('InvalidRequest');
    expect(await target.raw({ path: `${path('ten')}?partNumber=2` })).toMatchObject({
      status: 416,
      code: 'InvalidPartNumber',
    });
  });
  test('a checksum comes with a range only if it spans the object', async () => {
    const mode = { 'x-amz-checksum-mode': 'ENABLED' };
    const all = await get('ten', { ...mode, range: 'bytes=0-9' });
    const some = await get('ten', { ...mode, range: 'bytes=0-8' });
    expect(all.headers['x-amz-checksum-crc64nvme']).toBeDefined();
    expect(some.headers['x-amz-checksum-crc64nvme']).toBeUndefined();
  });
});

describe('read conditions', () => {
  let etag: string;
  beforeAll(async () => {
    etag = String((await put('read')).headers.etag);
  });
  const past = new Date(Date.now() - 86_400_000).toUTCString();
  const future = new Date(Date.now() + 86_400_000).toUTCString();
  test('ETags: match with and without quotes, 412 and 304 otherwise', async () => {
    expect((await get('read', { 'if-match': etag })).status).toBe(200);
    expect((await get('read', { 'if-match': etag.replaceAll('"', '') })).status).toBe(200);
    expect(await get('read', { 'if-match': '"x"' })).toMatchObject({ status: 412, code: 'PreconditionFailed' });
    expect(await get('read', { 'if-none-match': etag })).toMatchObject({ status: 304, text: '' });
    expect((await get('read', { 'if-none-match': '"x"' })).status).toBe(200);
  });
  test('dates; a future If-Modified-Since is ignored; ETag conditions beat dates', async () => {
    expect((await get('read', { 'if-unmodified-since': past })).status).toBe(412);
    expect((await get('read', { 'if-modified-since': future })).status).toBe(200);
    expect((await get('read', { 'if-modified-since': past })).status).toBe(200);
    expect((await get('read', { 'if-match': etag, 'if-unmodified-since': past })).status).toBe(200);
    expect((await get('read', { 'if-none-match': '"x"', 'if-modified-since': new Date().toUTCString() })).status).toBe(
      200,
    );
  });
});

describe('conditional writes', () => {
  test('If-None-Match: * writes once, then 412; another value is 501', async () => {
    const header = { 'if-none-match': '*' };
    expect((await put('once', 'a', header)).status).toBe(200);
    const second = await put('once', 'b', header);
    expect(second).toMatchObject({ status: 412, code: 'PreconditionFailed' });
    expect(second.text).toContain('<Condition>If-None-Match</Condition>');
    expect((await get('once')).text).toBe('a');
    expect(await put('once', 'b', { 'if-none-match': '"x"' })).toMatchObject({ status: 501, code: 'NotImplemented' });
  });
  test('If-Match: the ETag writes, another is 412, a missing key 404, * and both headers 501', async () => {
    const etag = String((await put('match', 'a')).headers.etag);
    expect((await put('match', 'b', { 'if-match': '"x"' })).code).toBe('PreconditionFailed');
    expect((await put('match', 'b', { 'if-match': etag })).status).toBe(200);
    expect((await put('match-none', 'b', { 'if-match': etag })).code).toBe('NoSuchKey');
    expect((await put('match', 'b', { 'if-match': '*' })).status).toBe(501);
    expect((await put('match', 'b', { 'if-match': etag, 'if-none-match': '*' })).text).toContain(
      'Multiple conditional request headers present in the request',
    );
  });
  test('16 writers at once with If-None-Match: exactly one wins, and its bytes are there', async () => {
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, i) => put('race', `writer ${i}`, { 'if-none-match': '*' })),
    );
    const winners = answers.flatMap((answer, i) => (answer.status === 200 ? [i] : []));
    expect(winners).toHaveLength(1);
    for (const { status } of answers) expect([200, 409, 412]).toContain(status);
    expect((await get('race')).text).toBe(`writer ${winners[0]}`);
  });
});

describe('DeleteObject, DeleteObjects', () => {
  test('204, also if it is missing; gone at once', async () => {
    await put('gone');
    expect((await target.raw({ method: 'DELETE', path: path('gone') })).status).toBe(204);
    expect((await get('gone')).status).toBe(404);
    expect((await target.raw({ method: 'DELETE', path: path('gone') })).status).toBe(204);
  });
  test('If-Match: another ETag is 412', async () => {
    await put('kept');
    const client = target.client();
    await expect(
      client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'kept', IfMatch: '"x"' })),
    ).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect((await get('kept')).status).toBe(200);
  });
  test('many at once: missing ones are Deleted too; Quiet shows errors only', async () => {
    await put('many/1');
    await put('many/<2>&');
    const client = target.client();
    const Objects = [{ Key: 'many/1' }, { Key: 'many/<2>&' }, { Key: 'many/none' }];
    const answer = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
    expect(answer.Deleted?.map(({ Key }) => Key)).toEqual(['many/1', 'many/<2>&', 'many/none']);
    expect((await get('many/%3C2%3E%26')).status).toBe(404);
    const quiet = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }));
    expect(quiet.Deleted).toBeUndefined();
  });
  test('without Content-MD5 or checksum: InvalidRequest; more than 1,000 or no XML: MalformedXML', async () => {
    const send = (body: string, md5 = true) =>
      target.raw({
        method: 'POST',
        path: `/${bucket}?delete`,
        body,
        headers: md5 ? { 'content-md5': createHash('md5').update(body).digest('base64') } : {},
      });
    const one = '<Object><Key>a</Key></Object>';
    expect((await send(`<Delete>${one}</Delete>`, false)).code).toBe('InvalidRequest');
    expect((await send(`<Delete>${one.repeat(1001)}</Delete>`)).code).toBe('MalformedXML');
    expect((await send('<Delete><Object>')).code).toBe('MalformedXML');
    expect((await send('<!DOCTYPE a [<!ENTITY b "c">]><Delete>&b;</Delete>')).code).toBe('MalformedXML');
  });
});

describe('CopyObject', () => {
  const copy = (key: string, source: string, headers: Record<string, string> = {}) =>
    target.raw({ method: 'PUT', path: path(key), headers: { 'x-amz-copy-source': source, ...headers } });
  test('COPY keeps metadata and type, REPLACE drops them', async () => {
    await put('from', 'bytes', { 'content-type': 'text/x', 'x-amz-meta-a': '1' });
    const client = target.client();
    const answer = await client.send(
      new CopyObjectCommand({ Bucket: bucket, Key: 'to', CopySource: `${bucket}/from`, Metadata: { b: '2' } }),
    );
    expect(answer.CopyObjectResult?.ETag).toBe(`"${createHash('md5').update('bytes').digest('hex')}"`);
    expect((await get('to')).headers).toMatchObject({ 'content-type': 'text/x', 'x-amz-meta-a': '1' });
    await copy('to', `/${bucket}/from`, { 'x-amz-metadata-directive': 'REPLACE', 'x-amz-meta-b': '2' });
    const { headers, text } = await get('to');
    expect(text).toBe('bytes');
    expect(headers).toMatchObject({ 'content-type': 'binary/octet-stream', 'x-amz-meta-b': '2' });
    expect(headers['x-amz-meta-a']).toBeUndefined();
  });
  test('the copy lives when the source goes', async () => {
    await put('source', 'stays');
    await copy('copied', `${bucket}/source`);
    await target.raw({ method: 'DELETE', path: path('source') });
    expect((await get('copied')).text).toBe('stays');
  });
  test('another checksum algorithm is computed', async () => {
    await put('summed', 'hello');
    const answer = await copy('summed-2', `${bucket}/summed`, { 'x-amz-checksum-algorithm': 'CRC32' });
    expect(answer.text).toContain('<ChecksumCRC32>NhCmhg==</ChecksumCRC32>');
  });
  test('onto itself unchanged InvalidRequest; bad source InvalidArgument; missing source NoSuchKey; conditions 412', async () => {
    await put('self');
    expect((await copy('self', `${bucket}/self`)).code).toBe('InvalidRequest');
    expect((await copy('self', `${bucket}/self`, { 'x-amz-metadata-directive': 'REPLACE' })).status).toBe(200);
    expect((await copy('self', 'nothing')).code).toBe('InvalidArgument');
    expect((await copy('self', `${bucket}/none`)).code).toBe('NoSuchKey');
    const condition = { 'x-amz-copy-source-if-match': '"x"' };
    expect((await copy('other', `${bucket}/self`, condition)).status).toBe(412);
    expect((await copy('copied', `${bucket}/self`, { 'if-none-match': '*' })).status).toBe(412);
  });
});
