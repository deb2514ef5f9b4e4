import { suite } from '../../clouds';
import { type Bucket, openBucket } from './bucket';

const { describe, test } = suite('s3 › objects › conditions');

let s3: Bucket;
beforeAll(async () => {
  s3 = await openBucket();
});
afterAll(() => s3.target.close());

describe('read conditions', () => {
  let etag: string;
  beforeAll(async () => {
    etag = String((await s3.put('read')).headers.etag);
  });
  const past = new Date(Date.now() - 86_400_000).toUTCString();
  const future = new Date(Date.now() + 86_400_000).toUTCString();
  test('ETags: match with and without quotes, 412 and 304 otherwise', async () => {
    expect((await s3.get('read', { 'if-match': etag })).status).toBe(200);
    expect((await s3.get('read', { 'if-match': etag.replaceAll('"', '') })).status).toBe(200);
    expect(await s3.get('read', { 'if-match': '"x"' })).toMatchObject({ status: 412, code: 'PreconditionFailed' });
    expect(await s3.get('read', { 'if-none-match': etag })).toMatchObject({ status: 304, text: '' });
    expect((await s3.get('read', { 'if-none-match': '"x"' })).status).toBe(200);
  });
  test('dates; a future If-Modified-Since is ignored; ETag conditions beat dates', async () => {
    expect((await s3.get('read', { 'if-unmodified-since': past })).status).toBe(412);
    expect((await s3.get('read', { 'if-modified-since': future })).status).toBe(200);
    expect((await s3.get('read', { 'if-modified-since': past })).status).toBe(200);
    expect((await s3.get('read', { 'if-match': etag, 'if-unmodified-since': past })).status).toBe(200);
    expect(
      (await s3.get('read', { 'if-none-match': '"x"', 'if-modified-since': new Date().toUTCString() })).status,
    ).toBe(200);
  });
});

describe('conditional writes', () => {
  test('If-None-Match: * writes once, then 412; another value is 501', async () => {
    const header = { 'if-none-match': '*' };
    expect((await s3.put('once', 'a', header)).status).toBe(200);
    const second = await s3.put('once', 'b', header);
    expect(second).toMatchObject({ status: 412, code: 'PreconditionFailed' });
    expect(second.text).toContain('<Condition>If-None-Match</Condition>');
    expect((await s3.get('once')).text).toBe('a');
    expect(await s3.put('once', 'b', { 'if-none-match': '"x"' })).toMatchObject({
      status: 501,
      code: 'NotImplemented',
    });
  });
  test('If-Match: the ETag writes, another is 412, a missing key 404, * and both headers 501', async () => {
    const etag = String((await s3.put('match', 'a')).headers.etag);
    expect((await s3.put('match', 'b', { 'if-match': '"x"' })).code).toBe('PreconditionFailed');
    expect((await s3.put('match', 'b', { 'if-match': etag })).status).toBe(200);
    expect((await s3.put('match-none', 'b', { 'if-match': etag })).code).toBe('NoSuchKey');
    expect((await s3.put('match', 'b', { 'if-match': '*' })).status).toBe(501);
    expect((await s3.put('match', 'b', { 'if-match': etag, 'if-none-match': '*' })).text).toContain(
      'Multiple conditional request headers present in the request',
    );
  });
  test('16 writers at once with If-None-Match: exactly one wins, and its bytes are there', async () => {
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, i) => s3.put('race', `writer ${i}`, { 'if-none-match': '*' })),
    );
    const winners = answers.flatMap((answer, i) => (answer.status === 200 ? [i] : []));
    expect(winners).toHaveLength(1);
    for (const { status } of answers) expect([200, 409, 412]).toContain(status);
    expect((await s3.get('race')).text).toBe(`writer ${winners[0]}`);
  });
});
