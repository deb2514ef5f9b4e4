import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type Algorithm, algorithmNames, digester } from '../../../../local/cloud/s3/body/checksums';
import { combineCrc } from '../../../../local/cloud/s3/body/crc-combine';
import { chunkChain } from '../../../../local/cloud/sigv4';
import { suite } from '../clouds';
import { openTarget, sha256, signHeaders, type Target } from './target';

const { describe, test } = suite('s3 › body');

let target: Target;
let bucket: string;
beforeAll(async () => {
  target = await openTarget();
  bucket = await target.bucket();
});
afterAll(() => target.close());

const put = (key: string, body: string | Buffer, headers: Record<string, string> = {}, payload?: string) =>
  target.raw({ method: 'PUT', path: `/${bucket}/${key}`, body, headers, ...(payload ? { payload } : {}) });
const get = (key: string) => target.raw({ path: `/${bucket}/${key}` });
const digest = (algorithm: Algorithm, data: Buffer): Buffer => {
  const running = digester(algorithm);
  running.update(data);
  return running.digest();
};

describe('checksums', () => {
  test.each([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
    ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
    ['SHA256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
  ] as const)('%s of "123456789"', (algorithm, hex) => {
    expect(digest(algorithm, Buffer.from('123456789')).toString('hex')).toBe(hex);
  });

  test.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)('%s: split anywhere, and combined, it is the same', (name) => {
    const data = Buffer.from(Array.from({ length: 1000 }, (_, i) => (i * 7919) & 255));
    const whole = digest(name, data);
    for (const at of [0, 1, 7, 8, 9, 333, 999, 1000]) {
      const running = digester(name);
      running.update(data.subarray(0, at));
      running.update(data.subarray(at));
      expect(running.digest()).toEqual(whole);
      const [first, second] = [digest(name, data.subarray(0, at)), digest(name, data.subarray(at))];
      expect(combineCrc(name, first, second, 1000 - at)).toEqual(whole);
    }
  });

  test.each(algorithmNames)(
    '%s: the right value is stored, a wrong one is BadDigest, a bad one InvalidRequest',
    async (name) => {
      const header = `x-amz-checksum-${name.toLowerCase()}`;
      const value = digest(name, Buffer.from('hello')).toString('base64');
      const good = await put(name, 'hello', { [header]: value });
      expect(good.headers[header]).toBe(value);
      const wrong = await put(`${name}-wrong`, 'hellO', { [header]: value });
      expect(wrong).toMatchObject({ status: 400, code: 'BadDigest' });
      expect(wrong.text).toContain(`The ${name} you specified did not match the calculated checksum.`);
      const bad = await put(`${name}-wrong`, 'hello', { [header]: 'abc' });
      expect(bad.code).toBe('InvalidRequest');
      expect(bad.text).toContain(`Value for ${header} header is invalid.`);
      expect((await get(`${name}-wrong`)).status).toBe(404);
    },
  );

  test('two kinds are InvalidRequest', async () => {
    const headers = { 'x-amz-checksum-crc32': 'NhCmhg==', 'x-amz-checksum-sha1': 'qvTGHdzF6KLavt4PO0gs2a6pQ00=' };
    expect((await put('two', 'hello', headers)).code).toBe('InvalidRequest');
  });

  test('Content-MD5: wrong BadDigest with both values, no MD5 InvalidDigest', async () => {
    const md5 = (text: string) => createHash('md5').update(text).digest('base64');
    expect((await put('md5', 'hello', { 'content-md5': md5('hello') })).status).toBe(200);
    const wrong = await put('md5', 'hello', { 'content-md5': md5('other') });
    expect(wrong.code).toBe('BadDigest');
    expect(wrong.text).toContain(`<CalculatedDigest>${md5('hello')}</CalculatedDigest>`);
    expect((await put('md5', 'hello', { 'content-md5': 'abc' })).code).toBe('InvalidDigest');
  });

  test('a wrong x-amz-content-sha256 is XAmzContentSHA256Mismatch; nothing is stored', async () => {
    const answer = await put('sha', 'hello', {}, sha256('other'));
    expect(answer).toMatchObject({ status: 400, code: 'XAmzContentSHA256Mismatch' });
    expect(answer.text).toContain(`<S3ComputedContentSHA256>${sha256('hello')}`);
    expect((await get('sha')).status).toBe(404);
    expect((await put('sha', 'hello', {}, 'nonsense')).code).toBe('InvalidArgument');
  });
});

describe('aws-chunked', () => {
  const UNSIGNED = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
  const frame = (sizes: number[]): string => sizes.map((n) => `${n.toString(16)}\r\n${'a'.repeat(n)}\r\n`).join('');
  const crc = (size: number): string => digest('CRC32', Buffer.alloc(size, 'a')).toString('base64');
  const send = (sizes: number[], trailer?: string, headers: Record<string, string> = {}) => {
    const total = sizes.reduce((a, b) => a + b, 0);
    const end = trailer ?? `x-amz-checksum-crc32:${crc(total)}\r\n`;
    return put(
      'chunked',
      `${frame(sizes)}0\r\n${end}\r\n`,
      {
        'content-encoding': 'aws-chunked',
        'x-amz-trailer': 'x-amz-checksum-crc32',
        'x-amz-decoded-content-length': String(total),
        ...headers,
      },
      UNSIGNED,
    );
  };

  test('unsigned with trailer: the bytes alone are stored, aws-chunked is no encoding', async () => {
    expect((await send([8192, 8192, 5])).status).toBe(200);
    const { body, headers } = await get('chunked');
    expect(body).toEqual(Buffer.alloc(16389, 'a'));
    expect(headers['content-encoding']).toBeUndefined();
  });
  test('a chunk below 8 KiB that is not the last: InvalidChunkSizeError', async () => {
    const answer = await send([8192, 8191, 1]);
    expect(answer.code).toBe('InvalidChunkSizeError');
    expect(answer.text).toContain('<BadChunkSize>8191</BadChunkSize>');
  });
  test('trailers: wrong BadDigest, absent or unannounced MalformedTrailerError, unsupported InvalidRequest', async () => {
    expect((await send([5], 'x-amz-checksum-crc32:AAAAAA==\r\n')).code).toBe('BadDigest');
    expect((await send([5], '')).code).toBe('MalformedTrailerError');
    expect((await send([5], 'x-amz-checksum-sha1:abc\r\n')).code).toBe('MalformedTrailerError');
    expect((await send([5], undefined, { 'x-amz-trailer': 'x-amz-meta-a' })).code).toBe('InvalidRequest');
    expect((await send([5], undefined, { 'x-amz-checksum-crc32': crc(5) })).code).toBe('InvalidRequest');
  });
  test('lengths: missing 411, not the data IncompleteBody, broken framing IncompleteBody', async () => {
    expect((await send([5], undefined, { 'x-amz-decoded-content-length': 'x' })).status).toBe(411);
    expect((await send([5], undefined, { 'x-amz-decoded-content-length': '6' })).code).toBe('IncompleteBody');
    const broken = await put(
      'chunked',
      'zz\r\n',
      {
        'x-amz-trailer': 'x-amz-checksum-crc32',
        'x-amz-decoded-content-length': '5',
      },
      UNSIGNED,
    );
    expect(broken.code).toBe('IncompleteBody');
  });

  const signedPut = (tamper: (body: string) => string, trailer: boolean) => {
    const payload = `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer ? '-TRAILER' : ''}`;
    const path = `/${bucket}/signed-chunks`;
    const headers: Record<string, string> = {
      'content-encoding': 'aws-chunked',
      'x-amz-decoded-content-length': '8197',
      ...(trailer ? { 'x-amz-trailer': 'x-amz-checksum-crc32' } : {}),
    };
    const seed = signHeaders(target, { method: 'PUT', path, headers, payload });
    const chain = chunkChain(seed);
    let body = '';
    for (const data of ['b'.repeat(8192), 'hello', '']) {
      const signature = chain.chunk(sha256(data));
      body += `${data.length.toString(16)};chunk-signature=${signature}\r\n${data}${data || !trailer ? '\r\n' : ''}`;
    }
    if (trailer) {
      const value = digest('CRC32', Buffer.from(`${'b'.repeat(8192)}hello`)).toString('base64');
      const signature = chain.trailer(sha256(`x-amz-checksum-crc32:${value}\n`));
      body += `x-amz-checksum-crc32:${value}\r\nx-amz-trailer-signature:${signature}\r\n\r\n`;
    }
    return target.raw({ method: 'PUT', path, body: tamper(body), headers: seed.headers, signed: false });
  };
  test.each([false, true])('signed chunks (trailer: %s): verified one by one', async (trailer) => {
    expect((await signedPut((body) => body, trailer)).status).toBe(200);
    expect((await get('signed-chunks')).body.length).toBe(8197);
    const forged = await signedPut((body) => body.replace('hello', 'hellO'), trailer);
    expect(forged).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
  });
  test('a signed trailer that is changed is refused', async () => {
    const forged = await signedPut((body) => body.replace(/trailer-signature:./, 'trailer-signature:x'), true);
    expect(forged.code).toBe('SignatureDoesNotMatch');
  });

  test('the SDK streams with its own trailer', async () => {
    const client = target.client({ requestStreamBufferSize: 65_536 });
    const data = Buffer.alloc(300_000, 'stream');
    const Body = Readable.from(Array.from({ length: 300 }, (_, i) => data.subarray(i * 1000, (i + 1) * 1000)));
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'sdk', Body, ContentLength: data.length }));
    const read = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'sdk', ChecksumMode: 'ENABLED' }));
    expect(Buffer.from((await read.Body?.transformToByteArray()) ?? []).equals(data)).toBe(true);
    const expected = Buffer.alloc(4);
    expected.writeUInt32BE(crc32(data));
    expect(read.ChecksumCRC32).toBe(expected.toString('base64'));
  });
  test('small reads in the middle of a stream fail here as on AWS', async () => {
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    const client = target.client({ requestStreamBufferSize: 0, maxAttempts: 1, logger });
    const Body = Readable.from([Buffer.alloc(1000), Buffer.alloc(1000)]);
    const sent = client.send(new PutObjectCommand({ Bucket: bucket, Key: 'small', Body, ContentLength: 2000 }));
    await expect(sent).rejects.toMatchObject({ name: 'InvalidChunkSizeError' });
  });
});
