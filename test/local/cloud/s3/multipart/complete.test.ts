import { PutObjectCommand } from '@aws-sdk/client-s3';
import { suite } from '../../clouds';
import { MIB, part, Uploads } from './uploads';

const { describe, test } = suite('s3 › multipart › complete');

let uploads: Uploads;
beforeAll(async () => {
  uploads = await Uploads.open();
});
afterAll(() => uploads.target.close());

test('Complete again with the same list succeeds: its reply may have been lost', async () => {
  const id = await uploads.start('repeat');
  const { ETag } = await uploads.send('repeat', id, 1, part('a', 10));
  const first = await uploads.complete('repeat', id, [{ PartNumber: 1, ETag }]);
  expect(await uploads.complete('repeat', id, [{ PartNumber: 1, ETag }])).toMatchObject({ ETag: first.ETag });
  expect((await uploads.target.raw({ path: `/${uploads.bucket}/repeat` })).text).toBe('a'.repeat(10));
});

describe('Complete refuses', () => {
  const body = (xml: string, id: string, key: string) =>
    uploads.target.raw({
      method: 'POST',
      path: `/${uploads.bucket}/${key}?uploadId=${id}`,
      body: `<CompleteMultipartUpload>${xml}</CompleteMultipartUpload>`,
    });
  test('no parts, wrong order, unknown part, wrong ETag, small parts', async () => {
    const id = await uploads.start('refused');
    const one = await uploads.send('refused', id, 1, part('a', 5 * MIB - 1));
    const two = await uploads.send('refused', id, 2, part('b', 1));
    expect((await body('', id, 'refused')).text).toContain('You must specify at least one part');
    const wrongOrder = uploads.complete('refused', id, [
      { PartNumber: 2, ETag: two.ETag },
      { PartNumber: 1, ETag: one.ETag },
    ]);
    await expect(wrongOrder).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(uploads.complete('refused', id, [{ PartNumber: 3, ETag: one.ETag }])).rejects.toMatchObject({
      name: 'InvalidPart',
    });
    await expect(uploads.complete('refused', id, [{ PartNumber: 1, ETag: '"x"' }])).rejects.toMatchObject({
      name: 'InvalidPart',
    });
    const small = uploads.complete('refused', id, [
      { PartNumber: 1, ETag: one.ETag },
      { PartNumber: 2, ETag: two.ETag },
    ]);
    await expect(small).rejects.toMatchObject({ name: 'EntityTooSmall', MinSizeAllowed: '5242880' });
    // It is open still, and can be completed rightly.
    await uploads.complete('refused', id, [{ PartNumber: 1, ETag: one.ETag }]);
  });
  test('a composite upload without part checksums, with a wrong one, with a wrong size', async () => {
    const id = await uploads.start('composite', { ChecksumAlgorithm: 'CRC32' });
    const sent = await uploads.send('composite', id, 1, part('a', 9), { ChecksumAlgorithm: 'CRC32' });
    const { ETag, ChecksumCRC32 } = sent;
    await expect(uploads.complete('composite', id, [{ PartNumber: 1, ETag }])).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
    const wrong = uploads.complete('composite', id, [{ PartNumber: 1, ETag, ChecksumCRC32: 'AAAAAA==' }]);
    await expect(wrong).rejects.toMatchObject({ name: 'InvalidPart' });
    const Parts = [{ PartNumber: 1, ETag, ChecksumCRC32 }];
    await expect(uploads.complete('composite', id, Parts, { MpuObjectSize: 8 })).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
    await expect(uploads.complete('composite', id, Parts, { ChecksumType: 'FULL_OBJECT' })).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
    await uploads.complete('composite', id, Parts, { MpuObjectSize: 9 });
  });
  test('a part of another algorithm, or of none', async () => {
    const id = await uploads.start('algorithm', { ChecksumAlgorithm: 'SHA256' });
    await expect(uploads.send('algorithm', id, 1, part('a', 9), { ChecksumAlgorithm: 'CRC32' })).rejects.toMatchObject({
      message: 'Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32',
    });
    await expect(uploads.send('algorithm', id, 1, part('a', 9))).rejects.toMatchObject({ name: 'InvalidRequest' });
  });
  test('types that an algorithm cannot have', async () => {
    const sha = uploads.start('t', { ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' });
    await expect(sha).rejects.toMatchObject({ name: 'InvalidRequest' });
    const crc = uploads.start('t', { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' });
    await expect(crc).rejects.toMatchObject({ name: 'InvalidRequest' });
  });
});

describe('conditional Complete', () => {
  const object = (Key: string, Body: string) =>
    uploads.client.send(new PutObjectCommand({ Bucket: uploads.bucket, Key, Body }));
  test('If-None-Match: * with an object there: 412; deleted since Create: 409', async () => {
    await object('condition', 'old');
    const id = await uploads.start('condition');
    const { ETag } = await uploads.send('condition', id, 1, part('a', 3));
    const go = () => uploads.complete('condition', id, [{ PartNumber: 1, ETag }], { IfNoneMatch: '*' });
    await expect(go()).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await uploads.target.raw({ method: 'DELETE', path: `/${uploads.bucket}/condition` });
    await expect(go()).rejects.toMatchObject({ name: 'ConditionalRequestConflict' });
  });
  test('If-Match: rewritten since Create, even identically: 409', async () => {
    const written = await object('rewritten', 'same');
    const id = await uploads.start('rewritten');
    const { ETag } = await uploads.send('rewritten', id, 1, part('a', 3));
    await object('rewritten', 'same');
    const go = uploads.complete('rewritten', id, [{ PartNumber: 1, ETag }], { IfMatch: written.ETag });
    await expect(go).rejects.toMatchObject({ name: 'ConditionalRequestConflict' });
  });
  test('two Completes of different uploads with If-None-Match: one wins', async () => {
    const ids = await Promise.all([uploads.start('duel'), uploads.start('duel')]);
    const parts = await Promise.all(ids.map((id) => uploads.send('duel', id, 1, part('a', 3))));
    const ends = await Promise.allSettled(
      ids.map((id, i) => uploads.complete('duel', id, [{ PartNumber: 1, ETag: parts[i]?.ETag }], { IfNoneMatch: '*' })),
    );
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
