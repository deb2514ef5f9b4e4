import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { suite } from '../clouds';
import { openTarget, type Target } from './target';

const { describe, test } = suite('s3 › auth');

let target: Target;
let bucket: string;
let clock = 0;
beforeAll(async () => {
  target = await openTarget({ now: () => new Date(Date.now() + clock) });
  bucket = await target.bucket();
  await target.raw({ method: 'PUT', path: `/${bucket}/hello`, body: 'hello' });
});
afterEach(() => {
  clock = 0;
});
afterAll(() => target.close());

const hello = () => `/${bucket}/hello`;
const codeOf = (text: string): string | undefined => /<Code>([^<]*)/.exec(text)?.[1];
const fetchCode = async (url: string, init?: RequestInit): Promise<[number, string | undefined]> => {
  const answer = await fetch(url, init);
  return [answer.status, codeOf(await answer.text())];
};

describe('signatures in headers', () => {
  test('anonymous: 403 AccessDenied; response-* of an anonymous request: InvalidRequest', async () => {
    expect(await target.raw({ path: hello(), signed: false })).toMatchObject({ status: 403, code: 'AccessDenied' });
    const overriding = await target.raw({ path: `${hello()}?response-content-type=a`, signed: false });
    expect(overriding.code).toBe('InvalidRequest');
  });
  test('unknown key 403 InvalidAccessKeyId; wrong secret 403 SignatureDoesNotMatch', async () => {
    const send = (accessKeyId: string, secretAccessKey: string) =>
      target
        .client({ credentials: { accessKeyId, secretAccessKey } })
        .send(new GetObjectCommand({ Bucket: bucket, Key: 'hello' }));
    await expect(send('AKIANOBODY', 'x')).rejects.toMatchObject({
      name: 'InvalidAccessKeyId',
      AWSAccessKeyId: 'AKIANOBODY',
    });
    await expect(send(target.credentials.accessKeyId, 'x')).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  });
  test('another region: AuthorizationHeaderMalformed with the right one', async () => {
    const client = target.client({ region: 'eu-west-1', followRegionRedirects: false });
    const sent = client.send(new GetObjectCommand({ Bucket: bucket, Key: 'hello' }));
    await expect(sent).rejects.toMatchObject({ name: 'AuthorizationHeaderMalformed', Region: target.region });
  });
  test('an x-amz-* header that is not signed: 403 AccessDenied, named', async () => {
    const answer = await target.raw({ path: hello(), unsignedHeaders: { 'x-amz-meta-x': '1' } });
    expect(answer).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect(answer.text).toContain('<HeadersNotSigned>x-amz-meta-x</HeadersNotSigned>');
  });
  test('a clock 16 minutes off: 403 RequestTimeTooSkewed', async () => {
    const answer = await target.raw({ path: hello(), date: new Date(Date.now() - 16 * 60_000) });
    expect(answer).toMatchObject({ status: 403, code: 'RequestTimeTooSkewed' });
  });
  test('a token of other credentials: InvalidToken', async () => {
    const token = await target.raw({ path: hello(), headers: { 'x-amz-security-token': 'old' } });
    expect(token.code).toBe('InvalidToken');
  });
  test('two mechanisms at once: InvalidArgument', async () => {
    const url = new URL(await getSignedUrl(target.client(), new GetObjectCommand({ Bucket: bucket, Key: 'hello' })));
    expect((await target.raw({ path: `${url.pathname}${url.search}` })).code).toBe('InvalidArgument');
  });
});

describe('presigned URLs', () => {
  const signGet = (expiresIn = 60) =>
    getSignedUrl(target.client(), new GetObjectCommand({ Bucket: bucket, Key: 'hello' }), { expiresIn });
  const lenient = () => target.client({ requestChecksumCalculation: 'WHEN_REQUIRED' });

  test('GET reads, also a range, with unsigned conditions', async () => {
    const url = await signGet();
    expect(await (await fetch(url)).text()).toBe('hello');
    const range = await fetch(url, { headers: { range: 'bytes=1-2' } });
    expect([range.status, await range.text()]).toEqual([206, 'el']);
    expect((await fetch(url, { headers: { 'if-match': '"x"' } })).status).toBe(412);
  });
  test('PUT writes what is sent, once signed for PUT', async () => {
    const url = await getSignedUrl(lenient(), new PutObjectCommand({ Bucket: bucket, Key: 'put/+ ä' }));
    expect((await fetch(url, { method: 'PUT', body: 'presigned' })).status).toBe(200);
    expect((await target.raw({ path: `/${bucket}/put/%2B%20%C3%A4` })).text).toBe('presigned');
  });
  test('the checksum that the SDK puts in the query is signed but not checked', async () => {
    const url = await getSignedUrl(target.client(), new PutObjectCommand({ Bucket: bucket, Key: 'trap' }));
    expect(url).toContain('x-amz-checksum-crc32=AAAAAA');
    const answer = await fetch(url, { method: 'PUT', body: 'not empty' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-amz-checksum-crc64nvme')).not.toBeNull();
  });
  test('metadata in the query acts as a header', async () => {
    const url = await getSignedUrl(
      lenient(),
      new PutObjectCommand({ Bucket: bucket, Key: 'meta', Metadata: { a: 'b' } }),
    );
    expect(url).toContain('x-amz-meta-a=b');
    await fetch(url, { method: 'PUT', body: 'x' });
    const head = await target.client().send(new HeadObjectCommand({ Bucket: bucket, Key: 'meta' }));
    expect(head.Metadata).toEqual({ a: 'b' });
  });
  test('another method, key or parameter: 403 SignatureDoesNotMatch', async () => {
    const url = await signGet();
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(403);
    expect(await fetchCode(url.replace('/hello?', '/other?'))).toEqual([403, 'SignatureDoesNotMatch']);
    expect(await fetchCode(`${url}&response-content-type=a`)).toEqual([403, 'SignatureDoesNotMatch']);
  });
  test('an unsigned x-amz-* header: 403 AccessDenied; x-amz-content-sha256 is let through', async () => {
    const url = await signGet();
    expect(await fetchCode(url, { headers: { 'x-amz-meta-a': 'b' } })).toEqual([403, 'AccessDenied']);
    expect((await fetch(url, { headers: { 'x-amz-content-sha256': 'anything' } })).status).toBe(200);
  });
  test('a missing parameter, or one that is out of bounds: AuthorizationQueryParametersError', async () => {
    const url = await signGet();
    for (const bad of [
      url.replace(/&X-Amz-Expires=\d+/, ''),
      url.replace(/X-Amz-Expires=\d+/, 'X-Amz-Expires=604801'),
      url.replace(/X-Amz-Expires=\d+/, 'X-Amz-Expires=-1'),
      url.replace(/X-Amz-Expires=\d+/, 'X-Amz-Expires=soon'),
      url.replace(`%2F${target.region}%2F`, '%2Fxx-west-9%2F'),
    ]) {
      expect(await fetchCode(bad)).toEqual([400, 'AuthorizationQueryParametersError']);
    }
  });
  test('expired: 403 Request has expired, with times; from the future: not valid yet', async () => {
    const url = await signGet(60);
    clock = 61_000;
    const answer = await fetch(url);
    const text = await answer.text();
    expect([answer.status, codeOf(text)]).toEqual([403, 'AccessDenied']);
    expect(text).toContain('<Message>Request has expired</Message><X-Amz-Expires>60</X-Amz-Expires>');
    expect(text).toContain('<ServerTime>');
    clock = -3_600_000;
    expect(await (await fetch(url)).text()).toContain('Request is not valid yet');
  });
});
