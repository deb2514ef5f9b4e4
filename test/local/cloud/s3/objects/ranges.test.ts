import { suite } from '../../clouds';
import { type Bucket, openBucket } from './bucket';

const { describe, test } = suite('s3 › objects › ranges');

let s3: Bucket;
beforeAll(async () => {
  s3 = await openBucket();
});
afterAll(() => s3.target.close());

describe('ranges of ten bytes', () => {
  beforeAll(() => s3.put('ten', '0123456789'));
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
    const answer = await s3.get('ten', { range: `bytes=${range}` });
    expect(answer).toMatchObject({ status, text });
    expect(answer.headers['content-range']).toBe(contentRange);
  });
  test.each(['-0', '100-200', '10-'])('%s: 416 InvalidRange', async (range) => {
    const answer = await s3.get('ten', { range: `bytes=${range}` });
    expect(answer).toMatchObject({ status: 416, code: 'InvalidRange' });
    expect(answer.text).toContain('<ActualObjectSize>10</ActualObjectSize>');
  });
  test('partNumber=1 of a plain object; with Range InvalidRequest; too big 416', async () => {
    expect(await s3.target.raw({ path: `${s3.path('ten')}?partNumber=1` })).toMatchObject({
      status: 206,
      text: '0123456789',
    });
    const both = await s3.target.raw({ path: `${s3.path('ten')}?partNumber=1`, headers: { range: 'bytes=0-1' } });
    expect(both.code).toBe('InvalidRequest');
    expect(await s3.target.raw({ path: `${s3.path('ten')}?partNumber=2` })).toMatchObject({
      status: 416,
      code: 'InvalidPartNumber',
    });
  });
  test('a checksum comes with a range only if it spans the object', async () => {
    const mode = { 'x-amz-checksum-mode': 'ENABLED' };
    const all = await s3.get('ten', { ...mode, range: 'bytes=0-9' });
    const some = await s3.get('ten', { ...mode, range: 'bytes=0-8' });
    expect(all.headers['x-amz-checksum-crc64nvme']).toBeDefined();
    expect(some.headers['x-amz-checksum-crc64nvme']).toBeUndefined();
  });
});
