import { createHash } from 'node:crypto';
import { DeleteObjectCommand, DeleteObjectsCommand } from '@aws-sdk/client-s3';
import { suite } from '../../clouds';
import { type Bucket, openBucket } from './bucket';

const { test } = suite('s3 › objects › delete');

let s3: Bucket;
beforeAll(async () => {
  s3 = await openBucket();
});
afterAll(() => s3.target.close());

test('204, also if it is missing; gone at once', async () => {
  await s3.put('gone');
  expect((await s3.target.raw({ method: 'DELETE', path: s3.path('gone') })).status).toBe(204);
  expect((await s3.get('gone')).status).toBe(404);
  expect((await s3.target.raw({ method: 'DELETE', path: s3.path('gone') })).status).toBe(204);
});
test('If-Match: another ETag is 412', async () => {
  await s3.put('kept');
  const client = s3.target.client();
  await expect(
    client.send(new DeleteObjectCommand({ Bucket: s3.name, Key: 'kept', IfMatch: '"x"' })),
  ).rejects.toMatchObject({ name: 'PreconditionFailed' });
  expect((await s3.get('kept')).status).toBe(200);
});
test('many at once: missing ones are Deleted too; Quiet shows errors only', async () => {
  await s3.put('many/1');
  await s3.put('many/<2>&');
  const client = s3.target.client();
  const Objects = [{ Key: 'many/1' }, { Key: 'many/<2>&' }, { Key: 'many/none' }];
  const answer = await client.send(new DeleteObjectsCommand({ Bucket: s3.name, Delete: { Objects } }));
  expect(answer.Deleted?.map(({ Key }) => Key)).toEqual(['many/1', 'many/<2>&', 'many/none']);
  expect((await s3.get('many/%3C2%3E%26')).status).toBe(404);
  const quiet = await client.send(new DeleteObjectsCommand({ Bucket: s3.name, Delete: { Objects, Quiet: true } }));
  expect(quiet.Deleted).toBeUndefined();
});
test('without Content-MD5 or checksum: InvalidRequest; more than 1,000 or no XML: MalformedXML', async () => {
  const send = (body: string, md5 = true) =>
    s3.target.raw({
      method: 'POST',
      path: `/${s3.name}?delete`,
      body,
      headers: md5 ? { 'content-md5': createHash('md5').update(body).digest('base64') } : {},
    });
  const one = '<Object><Key>a</Key></Object>';
  expect((await send(`<Delete>${one}</Delete>`, false)).code).toBe('InvalidRequest');
  expect((await send(`<Delete>${one.repeat(1001)}</Delete>`)).code).toBe('MalformedXML');
  expect((await send('<Delete><Object>')).code).toBe('MalformedXML');
  expect((await send('<!DOCTYPE a [<!ENTITY b "c">]><Delete>&b;</Delete>')).code).toBe('MalformedXML');
});
