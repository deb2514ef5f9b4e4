import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
} from '@aws-sdk/client-s3';
import { suite } from '../../clouds';
import { part, Uploads } from './uploads';

const { test } = suite('s3 › multipart › manage');

let uploads: Uploads;
beforeAll(async () => {
  uploads = await Uploads.open();
});
afterAll(() => uploads.target.close());

test('a part sent again replaces the one before; ListParts shows what is there', async () => {
  const id = await uploads.start('again');
  await uploads.send('again', id, 1, part('a', 10));
  const second = await uploads.send('again', id, 1, part('b', 20));
  const list = await uploads.client.send(new ListPartsCommand({ Bucket: uploads.bucket, Key: 'again', UploadId: id }));
  expect(list.Parts).toMatchObject([{ PartNumber: 1, Size: 20, ETag: second.ETag }]);
  await uploads.complete('again', id, [{ PartNumber: 1, ETag: second.ETag }]);
  expect((await uploads.target.raw({ path: `/${uploads.bucket}/again` })).text).toBe('b'.repeat(20));
  await expect(
    uploads.client.send(new ListPartsCommand({ Bucket: uploads.bucket, Key: 'again', UploadId: id })),
  ).rejects.toMatchObject({
    name: 'NoSuchUpload',
  });
});

test('unknown id, or the right id with the wrong key: NoSuchUpload; part number out of range: InvalidArgument', async () => {
  const id = await uploads.start('mine');
  await expect(uploads.send('other', id, 1, part('a', 1))).rejects.toMatchObject({ name: 'NoSuchUpload' });
  await expect(uploads.send('mine', 'nonsense', 1, part('a', 1))).rejects.toMatchObject({ name: 'NoSuchUpload' });
  await expect(uploads.send('mine', id, 0, part('a', 1))).rejects.toMatchObject({ name: 'InvalidArgument' });
  await expect(uploads.send('mine', id, 10_001, part('a', 1))).rejects.toMatchObject({ name: 'InvalidArgument' });
});

test('abort: 204, then NoSuchUpload', async () => {
  const id = await uploads.start('aborted');
  await uploads.send('aborted', id, 1, part('a', 1));
  const abort = () =>
    uploads.client.send(new AbortMultipartUploadCommand({ Bucket: uploads.bucket, Key: 'aborted', UploadId: id }));
  expect((await abort()).$metadata.httpStatusCode).toBe(204);
  await expect(abort()).rejects.toMatchObject({ name: 'NoSuchUpload' });
});

test('ListMultipartUploads: by key, then start; in pages; with delimiter', async () => {
  const own = await uploads.target.bucket();
  const ids: string[] = [];
  for (const Key of ['b', 'a/1', 'a/2', 'b']) {
    const { UploadId = '' } = await uploads.client.send(new CreateMultipartUploadCommand({ Bucket: own, Key }));
    ids.push(UploadId);
  }
  const keys: (string | undefined)[] = [];
  let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await uploads.client.send(new ListMultipartUploadsCommand({ Bucket: own, MaxUploads: 1, ...marker }));
    keys.push(...(page.Uploads ?? []).map(({ Key }) => Key));
    if (!page.IsTruncated) break;
    marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
  expect(keys).toEqual(['a/1', 'a/2', 'b', 'b']);
  const grouped = await uploads.client.send(new ListMultipartUploadsCommand({ Bucket: own, Delimiter: '/' }));
  expect(grouped.CommonPrefixes).toEqual([{ Prefix: 'a/' }]);
  expect(grouped.Uploads).toHaveLength(2);
  for (const [i, Key] of ['b', 'a/1', 'a/2', 'b'].entries()) {
    await uploads.client.send(new AbortMultipartUploadCommand({ Bucket: own, Key, UploadId: ids[i] }));
  }
});
