import { createHash } from 'node:crypto';
import {
  type AuthOptions,
  chunkChain,
  deriveSigningKey,
  sign,
  verifyHeaderAuth,
  verifyPostAuth,
  verifyQueryAuth,
} from '../../../../local/cloud/sigv4';

// The examples of "Authenticating Requests (AWS Signature Version 4)" in the Amazon S3 API reference.
const ID = 'AKIAIOSFODNN7EXAMPLE';
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const SCOPE = '20130524/us-east-1/s3/aws4_request';
const DATE = '20130524T000000Z';
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const options: AuthOptions = {
  service: 's3',
  region: 'us-east-1',
  secretFor: (id) => (id === ID ? SECRET : undefined),
  now: new Date('2013-05-24T00:01:00Z'),
};
const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const authorization = (signedHeaders: string, signature: string): string =>
  `AWS4-HMAC-SHA256 Credential=${ID}/${SCOPE},SignedHeaders=${signedHeaders},Signature=${signature}`;

const GET_SIGNATURE = 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41';
const getRequest = () => ({
  method: 'GET',
  url: '/test.txt',
  headers: {
    host: 'examplebucket.s3.amazonaws.com',
    range: 'bytes=0-9',
    'x-amz-content-sha256': EMPTY,
    'x-amz-date': DATE,
    authorization: authorization('host;range;x-amz-content-sha256;x-amz-date', GET_SIGNATURE),
  },
  bodySha256: EMPTY,
});

test('GET with a Range header, signed in headers', () => {
  expect(verifyHeaderAuth(getRequest(), options)).toMatchObject({ ok: true, signature: GET_SIGNATURE, scope: SCOPE });
});

test('the same GET, presigned', () => {
  const signature = 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404';
  const url =
    `/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(`${ID}/${SCOPE}`)}` +
    `&X-Amz-Date=${DATE}&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=${signature}`;
  const request = { method: 'GET', url, headers: { host: 'examplebucket.s3.amazonaws.com' } };
  expect(verifyQueryAuth(request, options)).toMatchObject({ ok: true, signature });
  expect(verifyQueryAuth({ ...request, url: `${url}&x=1` }, options)).toMatchObject({
    ok: false,
    code: 'SignatureDoesNotMatch',
  });
});

const chunked = (extra: Record<string, string>, payload: string, signature: string) => {
  const headers: Record<string, string> = {
    host: 's3.amazonaws.com',
    'content-encoding': 'aws-chunked',
    'x-amz-content-sha256': payload,
    'x-amz-date': DATE,
    'x-amz-decoded-content-length': '66560',
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    ...extra,
  };
  const signed = Object.keys(headers).sort().join(';');
  return verifyHeaderAuth(
    {
      method: 'PUT',
      url: '/examplebucket/chunkObject.txt',
      headers: { ...headers, authorization: authorization(signed, signature) },
      bodySha256: payload,
    },
    options,
  );
};
const CHUNKS = [65536, 1024, 0].map((size) => sha256(Buffer.alloc(size, 'a')));

test('signed chunks: each signature covers the one before it', () => {
  const seed = chunked(
    { 'content-length': '66824' },
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  );
  if (!seed.ok) throw new Error(seed.message);
  const chain = chunkChain(seed);
  expect(CHUNKS.map((hash) => chain.chunk(hash).slice(0, 8))).toEqual(['ad80c730', '0055627c', 'b6c6ea8a']);
});

test('signed chunks with a signed trailer', () => {
  const seed = chunked(
    { 'x-amz-trailer': 'x-amz-checksum-crc32c' },
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
    '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
  );
  if (!seed.ok) throw new Error(`${seed.message} ${JSON.stringify(seed.extra)}`);
  const chain = chunkChain(seed);
  expect(CHUNKS.map((hash) => chain.chunk(hash).slice(0, 8))).toEqual(['b474d886', '1c1344b1', '2ca2aba2']);
  expect(chain.trailer(sha256('x-amz-checksum-crc32c:sOO8/Q==\n')).slice(0, 8)).toBe('d81f82fc');
});

test('a POST policy is signed as its base64 text', () => {
  const policy = [
    '{ "expiration": "2015-12-30T12:00:00.000Z",',
    '  "conditions": [',
    '    {"bucket": "sigv4examplebucket"},',
    '    ["starts-with", "$key", "user/user1/"],',
    '    {"acl": "public-read"},',
    '    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},',
    '    ["starts-with", "$Content-Type", "image/"],',
    '    {"x-amz-meta-uuid": "14365123651274"},',
    '    {"x-amz-server-side-encryption": "AES256"},',
    '    ["starts-with", "$x-amz-meta-tag", ""],',
    '',
    `    {"x-amz-credential": "${ID}/20151229/us-east-1/s3/aws4_request"},`,
    '    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},',
    '    {"x-amz-date": "20151229T000000Z" }',
    '  ]',
    '}',
  ].join('\r\n');
  const request = {
    policy: Buffer.from(policy).toString('base64'),
    algorithm: 'AWS4-HMAC-SHA256',
    credential: `${ID}/20151229/us-east-1/s3/aws4_request`,
    amzDate: '20151229T000000Z',
    signature: '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e',
  };
  expect(verifyPostAuth(request, options)).toMatchObject({ ok: true });
  expect(verifyPostAuth({ ...request, policy: `${request.policy}=` }, options)).toMatchObject({
    code: 'SignatureDoesNotMatch',
  });
});

describe('refusals', () => {
  const changed = (headers: Record<string, string>, now?: string) => {
    const request = getRequest();
    return verifyHeaderAuth(
      { ...request, headers: { ...request.headers, ...headers } },
      now ? { ...options, now: new Date(now) } : options,
    );
  };
  test('a changed signed header', () => {
    expect(changed({ range: 'bytes=0-10' })).toMatchObject({ ok: false, code: 'SignatureDoesNotMatch' });
  });
  test('an unsigned x-amz header', () => {
    expect(changed({ 'x-amz-acl': 'private' })).toMatchObject({
      code: 'AccessDenied',
      extra: { HeadersNotSigned: 'x-amz-acl' },
    });
  });
  test('a clock more than 15 minutes off', () => {
    expect(changed({}, '2013-05-24T00:15:01Z')).toMatchObject({ code: 'RequestTimeTooSkewed' });
    expect(changed({}, '2013-05-24T00:15:00Z')).toMatchObject({ ok: true });
  });
  test('another region, service or key', () => {
    const text = getRequest().headers.authorization;
    expect(changed({ authorization: text.replace('us-east-1', 'eu-west-1') })).toMatchObject({
      code: 'AuthorizationHeaderMalformed',
      message: "The authorization header is malformed; the region 'eu-west-1' is wrong; expecting 'us-east-1'",
      extra: { Region: 'us-east-1' },
    });
    expect(changed({ authorization: text.replace('/s3/', '/ec2/') })).toMatchObject({
      code: 'AuthorizationHeaderMalformed',
    });
    expect(changed({ authorization: text.replace(ID, 'AKIAOTHER') })).toMatchObject({ code: 'InvalidAccessKeyId' });
  });
  test('no or another kind of authorization', () => {
    expect(changed({ authorization: '' })).toMatchObject({ code: 'MissingAuthorization' });
    expect(changed({ authorization: `AWS ${ID}:abc` })).toMatchObject({ code: 'InvalidRequest' });
    expect(changed({ authorization: 'AWS4-HMAC-SHA256 Credential=x' })).toMatchObject({
      code: 'AuthorizationHeaderMalformed',
    });
  });
});

test('EC2: the body hash is part of the signature', () => {
  const scope = { date: '20130524', region: 'us-east-1', service: 'ec2', terminator: 'aws4_request' };
  const body = 'Action=DescribeInstances&Version=2016-11-15';
  const canonical = `POST\n/\n\nhost:127.0.0.1\nx-amz-date:${DATE}\n\nhost;x-amz-date\n${sha256(body)}`;
  const text = `AWS4-HMAC-SHA256\n${DATE}\n20130524/us-east-1/ec2/aws4_request\n${sha256(canonical)}`;
  const signature = sign(deriveSigningKey(SECRET, scope), text);
  const request = {
    method: 'POST',
    url: '/',
    headers: {
      host: '127.0.0.1',
      'x-amz-date': DATE,
      authorization: `AWS4-HMAC-SHA256 Credential=${ID}/20130524/us-east-1/ec2/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
    },
  };
  const ec2 = { ...options, service: 'ec2' as const };
  expect(verifyHeaderAuth({ ...request, bodySha256: sha256(body) }, ec2)).toMatchObject({ ok: true });
  expect(verifyHeaderAuth({ ...request, bodySha256: sha256('x') }, ec2)).toMatchObject({ ok: false });
});
