import { createHash } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, UploadPartCopyCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { compositeChecksum, digester } from '../../../../../local/cloud/s3/body/checksums';
import { suite } from '../../clouds';
import { MIB, part, Uploads } from './uploads';

const { test } = suite('s3 › multipart › join');

let uploads: Uploads;
beforeAll(async () => {
  uploads = await Uploads.open();
});
afterAll(() => uploads.target.close());

const md5 = (data: Buffer): Buffer => createHash('md5').update(data).digest();

test('parts join in order, with gaps; ETag is the MD5 of MD5s; CRC64NVME of the whole', async () => {
  const id = await uploads.start('joined', { ContentType: 'text/x', Metadata: { a: '1' } });
  const [a, b] = [part('a'), part('b', 10)];
  const second = await uploads.send('joined', id, 7, b);
  const first = await uploads.send('joined', id, 2, a);
  expect((await uploads.target.raw({ path: `/${uploads.bucket}/joined` })).status).toBe(404);
  const done = await uploads.complete('joined', id, [
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
  const answer = await uploads.target.raw({ path: `/${uploads.bucket}/joined` });
  expect(answer.body.equals(Buffer.concat([a, b]))).toBe(true);
  expect(answer.headers).toMatchObject({ etag, 'content-type': 'text/x', 'x-amz-meta-a': '1' });
  const across = await uploads.target.raw({
    path: `/${uploads.bucket}/joined`,
    headers: { range: `bytes=${5 * MIB - 2}-${5 * MIB + 1}` },
  });
  expect(across.text).toBe('aabb');
  const head = await uploads.client.send(
    new HeadObjectCommand({ Bucket: uploads.bucket, Key: 'joined', PartNumber: 2 }),
  );
  expect(head).toMatchObject({ PartsCount: 2, ContentLength: 10 });
});

test('lib-storage Upload: CRC32 composite over its parts', async () => {
  const body = Buffer.concat([part('x'), part('y'), part('z', 100)]);
  const upload = new Upload({
    client: uploads.target.client(),
    params: { Bucket: uploads.bucket, Key: 'lib', Body: body },
  });
  const done = await upload.done();
  const values = [part('x'), part('y'), part('z', 100)].map((data) => {
    const crc = digester('CRC32');
    crc.update(data);
    return crc.digest();
  });
  expect(done).toMatchObject({ ChecksumCRC32: compositeChecksum('CRC32', values), ChecksumType: 'COMPOSITE' });
  const read = await uploads.target.client().send(new GetObjectCommand({ Bucket: uploads.bucket, Key: 'lib' }));
  expect(Buffer.from((await read.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
});

test('UploadPartCopy takes a range of an object', async () => {
  await uploads.client.send(new PutObjectCommand({ Bucket: uploads.bucket, Key: 'source', Body: '0123456789' }));
  const id = await uploads.start('from-copy');
  const copied = await uploads.client.send(
    new UploadPartCopyCommand({
      Bucket: uploads.bucket,
      Key: 'from-copy',
      UploadId: id,
      PartNumber: 1,
      CopySource: `${uploads.bucket}/source`,
      CopySourceRange: 'bytes=2-4',
    }),
  );
  await uploads.complete('from-copy', id, [{ PartNumber: 1, ETag: copied.CopyPartResult?.ETag }]);
  expect((await uploads.target.raw({ path: `/${uploads.bucket}/from-copy` })).text).toBe('234');
});
