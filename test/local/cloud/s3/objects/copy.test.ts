import { createHash } from 'node:crypto';
import { CopyObjectCommand } from '@aws-sdk/client-s3';
import { suite } from '../../clouds';
import { type Bucket, openBucket } from './bucket';

const { test } = suite('s3 › objects › copy');

let s3: Bucket;
beforeAll(async () => {
  s3 = await openBucket();
});
afterAll(() => s3.target.close());

const copy = (key: string, source: string, headers: Record<string, string> = {}) =>
  s3.target.raw({ method: 'PUT', path: s3.path(key), headers: { 'x-amz-copy-source': source, ...headers } });
test('COPY keeps metadata and type, REPLACE drops them', async () => {
  await s3.put('from', 'bytes', { 'content-type': 'text/x', 'x-amz-meta-a': '1' });
  const client = s3.target.client();
  const answer = await client.send(
    new CopyObjectCommand({ Bucket: s3.name, Key: 'to', CopySource: `${s3.name}/from`, Metadata: { b: '2' } }),
  );
  expect(answer.CopyObjectResult?.ETag).toBe(`"${createHash('md5').update('bytes').digest('hex')}"`);
  expect((await s3.get('to')).headers).toMatchObject({ 'content-type': 'text/x', 'x-amz-meta-a': '1' });
  await copy('to', `/${s3.name}/from`, { 'x-amz-metadata-directive': 'REPLACE', 'x-amz-meta-b': '2' });
  const { headers, text } = await s3.get('to');
  expect(text).toBe('bytes');
  expect(headers).toMatchObject({ 'content-type': 'binary/octet-stream', 'x-amz-meta-b': '2' });
  expect(headers['x-amz-meta-a']).toBeUndefined();
});
test('the copy lives when the source goes', async () => {
  await s3.put('source', 'stays');
  await copy('copied', `${s3.name}/source`);
  await s3.target.raw({ method: 'DELETE', path: s3.path('source') });
  expect((await s3.get('copied')).text).toBe('stays');
});
test('another checksum algorithm is computed', async () => {
  await s3.put('summed', 'hello');
  const answer = await copy('summed-2', `${s3.name}/summed`, { 'x-amz-checksum-algorithm': 'CRC32' });
  expect(answer.text).toContain('<ChecksumCRC32>NhCmhg==</ChecksumCRC32>');
});
test('onto itself unchanged InvalidRequest; bad source InvalidArgument; missing source NoSuchKey; conditions 412', async () => {
  await s3.put('self');
  expect((await copy('self', `${s3.name}/self`)).code).toBe('InvalidRequest');
  expect((await copy('self', `${s3.name}/self`, { 'x-amz-metadata-directive': 'REPLACE' })).status).toBe(200);
  expect((await copy('self', 'nothing')).code).toBe('InvalidArgument');
  expect((await copy('self', `${s3.name}/none`)).code).toBe('NoSuchKey');
  const condition = { 'x-amz-copy-source-if-match': '"x"' };
  expect((await copy('other', `${s3.name}/self`, condition)).status).toBe(412);
  expect((await copy('copied', `${s3.name}/self`, { 'if-none-match': '*' })).status).toBe(412);
});
