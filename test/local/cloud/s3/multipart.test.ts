import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { compositeChecksum, digester } from '../../../../local/cloud/s3/body/checksums';
import { openTarget, type Target } from './target';

const MIB = 1024 * 1024;
let target: Target;
let bucket: string;
let client: S3Client;
beforeAll(async () => {
  target = await openTarget();
  bucket = await target.bucket();
  client = target.client({ requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' });
});
afterAll(() => target.close());

const part = (letter: string, size = 5 * MIB): Buffer => Buffer.alloc(size, letter);
const md5 = (data: Buffer): Buffer => createHash('md5').update(data).digest();

async function start(Key: string, more: Partial<CreateMultipartUploadCommandInput> = {}): Promise<string> {
  const { UploadId = '' } = await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key, ...more }));
  return UploadId;
}
const send = (Key: string, UploadId: string, PartNumber: number, Body: Buffer, more = {}) =>
  client.send(new UploadPartCommand({ Bucket: bucket, Key, UploadId, PartNumber, Body, ...more }));
const complete = (
  Key: string,
  UploadId: string,
  Parts: { PartNumber: number; ETag: string | undefined; ChecksumCRC32?: string | undefined }[],
  more = {},
) =>
  client.send(
    new CompleteMultipartUploadCommand({
      Bucket: bucket,
      Key,
      UploadId,
      MultipartUpload: { Parts: Parts as never },
      ...more,
    }),
  );

test('parts join in order, with gaps; ETag is the MD5 of MD5s; CRC64NVME of the whole', async () => {
  const id = await start('joined', { ContentType: 'text/x', Metadata: { a: '1' } });
  const [a, b] = [part('a'), part('b', 10)];
  const second = await send('joined', id, 7, b);
  const first = await send('joined', id, 2, a);
  expect((await target.raw({ path: `/${bucket}/joined` })).status).toBe(404);
  const done = await complete('joined', id, [
    { PartNumber: 2, ETag: first.ETag },
    { PartNumber: 7, ETag: second.ETag },
  ]);
  const etag = `"${createHash('md5')
    .update(Buffer.concat([md5(a), md5(b)]))
    .digest('hex')}-2"`;
  expect(done.ETag).toBe(etag);
  const whole = digester('CRC64NVME');
  whole.update(a);
  whole.update(b);
  expect(done).toMatchObject({ ChecksumCRC64NVME: whole.digest().toString('base64'), ChecksumType: 'FULL_OBJECT' });
  const answer = await target.raw({ path: `/${bucket}/joined` });
  expect(answer.body.equals(Buffer.concat([a, b]))).toBe(true);
  expect(answer.headers).toMatchObject({ etag, 'content-type': 'text/x', 'x-amz-meta-a': '1' });
  const across = await target.raw({
    path: `/${bucket}/joined`,
    headers: { range: `bytes=${5 * MIB - 2}-${5 * MIB + 1}` },
  });
  expect(across.text).toBe('aabb');
  const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'joined', PartNumber: 2 }));
  expect(head).toMatchObject({ PartsCount: 2, ContentLength: 10 });
});

test('lib-storage Upload: CRC32 composite over its parts', async () => {
  const body = Buffer.concat([part('x'), part('y'), part('z', 100)]);
  const upload = new Upload({ client: target.client(), params: { Bucket: bucket, Key: 'lib', Body: body } });
  const done = await upload.done();
  const values = [part('x'), part('y'), part('z', 100)].map((data) => {
    const crc = digester('CRC32');
    crc.update(data);
    return crc.digest();
  });
  expect(done).toMatchObject({ ChecksumCRC32: compositeChecksum('CRC32', values), ChecksumType: 'COMPOSITE' });
  const read = await target.client().send(new GetObjectCommand({ Bucket: bucket, Key: 'lib' }));
  expect(Buffer.from((await read.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
});

test('a part sent again replaces the one before; ListParts shows what is there', async () => {
  const id = await start('again');
  await send('again', id, 1, part('a', 10));
  const second = await send('again', id, 1, part('b', 20));
  const list = await client.send(new ListPartsCommand({ Bucket: bucket, Key: 'again', UploadId: id }));
  expect(list.Parts).toMatchObject([{ PartNumber: 1, Size: 20, ETag: second.ETag }]);
  await complete('again', id, [{ PartNumber: 1, ETag: second.ETag }]);
  expect((await target.raw({ path: `/${bucket}/again` })).text).toBe('b'.repeat(20));
  await expect(client.send(new ListPartsCommand({ Bucket: bucket, Key: 'again', UploadId: id }))).rejects.toMatchObject(
    {
      name: 'NoSuchUpload',
    },
  );
});

test('Complete again with the same list succeeds: its reply may have been lost', async () => {
  const id = await start('repeat');
  const { ETag } = await send('repeat', id, 1, part('a', 10));
  const first = await complete('repeat', id, [{ PartNumber: 1, ETag }]);
  expect(await complete('repeat', id, [{ PartNumber: 1, ETag }])).toMatchObject({ ETag: first.ETag });
  expect((await target.raw({ path: `/${bucket}/repeat` })).text).toBe('a'.repeat(10));
});

describe('Complete refuses', () => {
  const body = (xml: string, id: string, key: string) =>
    target.raw({
      method: 'POST',
      path: `/${bucket}/${key}?uploadId=${id}`,
      body: `<CompleteMultipartUpload>${xml}</CompleteMultipartUpload>`,
    });
  test('no parts, wrong order, unknown part, wrong ETag, small parts', async () => {
    const id = await start('refused');
    const one = await send('refused', id, 1, part('a', 5 * MIB - 1));
    const two = await send('refused', id, 2, part('b', 1));
    expect((await body('', id, 'refused')).text).toContain('You must specify at least one part');
    const wrongOrder = complete('refused', id, [
      { PartNumber: 2, ETag: two.ETag },
      { PartNumber: 1, ETag: one.ETag },
    ]);
    await expect(wrongOrder).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(complete('refused', id, [{ PartNumber: 3, ETag: one.ETag }])).rejects.toMatchObject({
      name: 'InvalidPart',
    });
    await expect(complete('refused', id, [{ PartNumber: 1, ETag: '"x"' }])).rejects.toMatchObject({
      name: 'InvalidPart',
    });
    const small = complete('refused', id, [
      { PartNumber: 1, ETag: one.ETag },
      { PartNumber: 2, ETag: two.ETag },
    ]);
    await expect(small).rejects.toMatchObject({ name: 'EntityTooSmall', MinSizeAllowed: '5242880' });
    // It is open still, and can be completed rightly.
    await complete('refused', id, [{ PartNumber: 1, ETag: one.ETag }]);
  });
  test('a composite upload without part checksums, with a wrong one, with a wrong size', async () => {
    const id = await start('composite', { ChecksumAlgorithm: 'CRC32' });
    const sent = await send('composite', id, 1, part('a', 9), { ChecksumAlgorithm: 'CRC32' });
    const { ETag, ChecksumCRC32 } = sent;
    await expect(complete('composite', id, [{ PartNumber: 1, ETag }])).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
    const wrong = complete('composite', id, [{ PartNumber: 1, ETag, ChecksumCRC32: 'AAAAAA==' }]);
    await expect(wrong).rejects.toMatchObject({ name: 'InvalidPart' });
    const Parts = [{ PartNumber: 1, ETag, ChecksumCRC32 }];
    await expect(complete('composite', id, Parts, { MpuObjectSize: 8 })).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
    await expect(complete('composite', id, Parts, { ChecksumType: 'FULL_OBJECT' })).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
    await complete('composite', id, Parts, { MpuObjectSize: 9 });
  });
  test('a part of another algorithm, or of none', async () => {
    const id = await start('algorithm', { ChecksumAlgorithm: 'SHA256' });
    await expect(send('algorithm', id, 1, part('a', 9), { ChecksumAlgorithm: 'CRC32' })).rejects.toMatchObject({
      message: 'Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32',
    });
    await expect(send('algorithm', id, 1, part('a', 9))).rejects.toMatchObject({ name: 'InvalidRequest' });
  });
  test('types that an algorithm cannot have', async () => {
    const sha = start('t', { ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' });
    await expect(sha).rejects.toMatchObject({ name: 'InvalidRequest' });
    const crc = start('t', { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' });
    await expect(crc).rejects.toMatchObject({ name: 'InvalidRequest' });
  });
});

test('unknown id, or the right id with the wrong key: NoSuchUpload; part number out of range: InvalidArgument', async () => {
  const id = await start('mine');
  await expect(send('other', id, 1, part('a', 1))).rejects.toMatchObject({ name: 'NoSuchUpload' });
  await expect(send('mine', 'nonsense', 1, part('a', 1))).rejects.toMatchObject({ name: 'NoSuchUpload' });
  await expect(send('mine', id, 0, part('a', 1))).rejects.toMatchObject({ name: 'InvalidArgument' });
  await expect(send('mine', id, 10_001, part('a', 1))).rejects.toMatchObject({ name: 'InvalidArgument' });
});

test('abort: 204, then NoSuchUpload', async () => {
  const id = await start('aborted');
  await send('aborted', id, 1, part('a', 1));
  const abort = () => client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: 'aborted', UploadId: id }));
  expect((await abort()).$metadata.httpStatusCode).toBe(204);
  await expect(abort()).rejects.toMatchObject({ name: 'NoSuchUpload' });
});

test('ListMultipartUploads: by key, then start; in pages; with delimiter', async () => {
  const own = await target.bucket();
  const ids: string[] = [];
  for (const Key of ['b', 'a/1', 'a/2', 'b']) {
    const { UploadId = '' } = await client.send(new CreateMultipartUploadCommand({ Bucket: own, Key }));
    ids.push(UploadId);
  }
  const keys: (string | undefined)[] = [];
  let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await client.send(new ListMultipartUploadsCommand({ Bucket: own, MaxUploads: 1, ...marker }));
    keys.push(...(page.Uploads ?? []).map(({ Key }) => Key));
    if (!page.IsTruncated) break;
    marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
  expect(keys).toEqual(['a/1', 'a/2', 'b', 'b']);
  const grouped = await client.send(new ListMultipartUploadsCommand({ Bucket: own, Delimiter: '/' }));
  expect(grouped.CommonPrefixes).toEqual([{ Prefix: 'a/' }]);
  expect(grouped.Uploads).toHaveLength(2);
  for (const [i, Key] of ['b', 'a/1', 'a/2', 'b'].entries()) {
    await client.send(new AbortMultipartUploadCommand({ Bucket: own, Key, UploadId: ids[i] }));
  }
});

test('UploadPartCopy takes a range of an object', async () => {
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'source', Body: '0123456789' }));
  const id = await start('from-copy');
  const copied = await client.send(
    new UploadPartCopyCommand({
      Bucket: bucket,
      Key: 'from-copy',
      UploadId: id,
      PartNumber: 1,
      CopySource: `${bucket}/source`,
      CopySourceRange: 'bytes=2-4',
    }),
  );
  await complete('from-copy', id, [{ PartNumber: 1, ETag: copied.CopyPartResult?.ETag }]);
  expect((await target.raw({ path: `/${bucket}/from-copy` })).text).toBe('234');
});

describe('conditional Complete', () => {
  const object = (Key: string, Body: string) => client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  test('If-None-Match: * with an object there: 412; deleted since Create: 409', async () => {
    await object('condition', 'old');
    const id = await start('condition');
    const { ETag } = await send('condition', id, 1, part('a', 3));
    const go = () => complete('condition', id, [{ PartNumber: 1, ETag }], { IfNoneMatch: '*' });
    await expect(go()).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await target.raw({ method: 'DELETE', path: `/${bucket}/condition` });
    await expect(go()).rejects.toMatchObject({ name: 'ConditionalRequestConflict' });
  });
  test('If-Match: rewritten since Create, even identically: 409', async () => {
    const written = await object('rewritten', 'same');
    const id = await start('rewritten');
    const { ETag } = await send('rewritten', id, 1, part('a', 3));
    await object('rewritten', 'same');
    const go = complete('rewritten', id, [{ PartNumber: 1, ETag }], { IfMatch: written.ETag });
    await expect(go).rejects.toMatchObject({ name: 'ConditionalRequestConflict' });
  });
  test('two Completes of different uploads with If-None-Match: one wins', async () => {
    const ids = await Promise.all([start('duel'), start('duel')]);
    const parts = await Promise.all(ids.map((id) => send('duel', id, 1, part('a', 3))));
    const ends = await Promise.allSettled(
      ids.map((id, i) => complete('duel', id, [{ PartNumber: 1, ETag: parts[i]?.ETag }], { IfNoneMatch: '*' })),
    );
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
