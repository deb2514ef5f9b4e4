import { createHmac } from 'node:crypto';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { amzDate, deriveSigningKey, scopeText } from '../../../../local/cloud/sigv4';
import { suite } from '../clouds';
import { openTarget, type RawAnswer, type Target } from './target';

const { describe, test } = suite('s3 › post');

let target: Target;
let bucket: string;
beforeAll(async () => {
  target = await openTarget();
  bucket = await target.bucket();
});
afterAll(() => target.close());

type Fields = [string, string][];
const FILENAME = '$' + '{filename}';
const BOUNDARY = 'x9f3b7c1';

function formBody(fields: Fields, file?: { name?: string; data: string | Buffer }, after: Fields = []): Buffer {
  const part = ([name, value]: [string, string]): string =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const filename = file?.name === undefined ? '' : `; filename="${file.name}"`;
  return Buffer.concat([
    Buffer.from(fields.map(part).join('')),
    ...(file
      ? [
          Buffer.from(
            `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"${filename}\r\nContent-Type: a/b\r\n\r\n`,
          ),
          Buffer.from(file.data),
          Buffer.from('\r\n'),
        ]
      : []),
    Buffer.from(after.map(part).join('')),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ]);
}

/** Fields of a signed policy, as a careful client writes them. */
function signPolicy(document: unknown): Fields {
  const scope = {
    date: amzDate(new Date()).slice(0, 8),
    region: target.region,
    service: 's3',
    terminator: 'aws4_request',
  };
  const policy = Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)).toString('base64');
  const key = deriveSigningKey(target.credentials.secretAccessKey, scope);
  return [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${target.credentials.accessKeyId}/${scopeText(scope)}`],
    ['X-Amz-Date', amzDate(new Date())],
    ['Policy', policy],
    ['X-Amz-Signature', createHmac('sha256', key).update(policy).digest('hex')],
  ];
}

const SIGNING = ['$x-amz-algorithm', '$x-amz-credential', '$x-amz-date'].map((name) => ['starts-with', name, '']);
const soon = () => new Date(Date.now() + 60_000).toISOString();
const policyFor = (...conditions: unknown[]) => ({
  expiration: soon(),
  conditions: [{ bucket }, ['starts-with', '$key', 'up/'], ...SIGNING, ...conditions],
});

const post = (body: Buffer, type = `multipart/form-data; boundary=${BOUNDARY}`): Promise<RawAnswer> =>
  target.raw({ method: 'POST', path: `/${bucket}`, signed: false, body, headers: { 'content-type': type } });
const upload = (
  policy: unknown,
  fields: Fields,
  file: { name?: string; data: string | Buffer } = { name: 'f', data: 'hello' },
) => post(formBody([...fields, ...signPolicy(policy)], file));
const get = (key: string) => target.raw({ path: `/${bucket}/${key}` });

test('the SDK: createPresignedPost, any key below the prefix', async () => {
  const { url, fields } = await createPresignedPost(target.client(), {
    Bucket: bucket,
    Key: `run/1/${FILENAME}`,
    Conditions: [['content-length-range', 0, 100]],
  });
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, key: 'run/1/log/0' })) form.append(name, value);
  form.append('file', new Blob(['hello']), 'ignored');
  const answer = await fetch(url, { method: 'POST', body: form });
  expect([answer.status, answer.headers.get('etag')]).toEqual([204, '"5d41402abc4b2a76b9719d911017c592"']);
  expect((await get('run/1/log/0')).text).toBe('hello');
  form.set('key', 'run/2/stolen');
  expect((await fetch(url, { method: 'POST', body: form })).status).toBe(403);
});

test('success: 204 by default with ETag and Location; 200; 201 with a document; 303', async () => {
  const key: [string, string] = ['key', 'up/a b'];
  const none = await upload(policyFor(), [key]);
  expect(none).toMatchObject({ status: 204, text: '' });
  expect(none.headers.location).toBe(`http://${target.host}/${bucket}/up/a%20b`);
  const withStatus = (status: string) =>
    upload(policyFor(['eq', '$success_action_status', status]), [key, ['success_action_status', status]]);
  expect((await withStatus('200')).status).toBe(200);
  expect((await withStatus('500')).status).toBe(204);
  const document = await withStatus('201');
  expect(document.status).toBe(201);
  expect(document.text).toContain(`<PostResponse><Location>`);
  expect(document.text).toContain('<Key>up/a b</Key>');
  const redirect = await upload(policyFor(['starts-with', '$success_action_redirect', '']), [
    key,
    ['success_action_redirect', 'http://example.test/done?x=1'],
  ]);
  expect(redirect.status).toBe(303);
  expect(redirect.headers.location).toMatch(/^http:\/\/example\.test\/done\?x=1&bucket=.*&key=up%2Fa\+b&etag=%22/);
});

test('type and metadata come from fields, the file name from the last part of the name', async () => {
  const conditions = [['starts-with', '$Content-Type', 'text/'], { 'x-amz-meta-a': 'ä' }];
  const fields: Fields = [
    ['KEY', `up/${FILENAME}`],
    ['content-type', 'text/plain'],
    ['x-amz-meta-a', 'ä'],
  ];
  expect((await upload(policyFor(...conditions), fields, { name: 'C:\\dir\\name.txt', data: 'x' })).status).toBe(204);
  const { headers } = await get('up/name.txt');
  expect(headers).toMatchObject({ 'content-type': 'text/plain', 'x-amz-meta-a': '=?UTF-8?Q?=C3=A4?=' });
  const mixed: Fields = [
    ['key', 'up/x'],
    ['content-type', 'text/plain,image/png'],
    ['x-amz-meta-a', 'ä'],
  ];
  expect((await upload(policyFor(...conditions), mixed)).code).toBe('AccessDenied');
});

test('bytes pass unchanged, also those that look like boundaries', async () => {
  const data = Buffer.concat([
    Buffer.alloc(200_000, `\r\n--${BOUNDARY.slice(0, 5)}`),
    Buffer.from([0, 13, 10, 45, 45]),
  ]);
  expect((await upload(policyFor(), [['key', 'up/binary']], { data })).status).toBe(204);
  expect((await get('up/binary')).body.equals(data)).toBe(true);
});

test('what follows the file is ignored', async () => {
  const body = formBody([['key', 'up/after'], ...signPolicy(policyFor())], { data: 'x' }, [['acl', 'public-read']]);
  expect((await post(body)).status).toBe(204);
});

describe('refusals', () => {
  const key: [string, string] = ['key', 'up/x'];
  test('a condition not met: 403 in the policy’s spelling', async () => {
    const answer = await upload(policyFor(), [['key', 'down/x']]);
    expect(answer).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect(answer.text).toContain(
      'Invalid according to Policy: Policy Condition failed: [&quot;starts-with&quot;, &quot;$key&quot;, &quot;up/&quot;]',
    );
  });
  test('a field, or the bucket, without a condition: Extra input fields; x-ignore-* is free', async () => {
    const extra = await upload(policyFor(), [key, ['x-amz-meta-a', '1']]);
    expect(extra.text).toContain('Invalid according to Policy: Extra input fields: x-amz-meta-a');
    const noBucket = { expiration: soon(), conditions: [['starts-with', '$key', 'up/'], ...SIGNING] };
    expect((await upload(noBucket, [key])).text).toContain('Extra input fields: bucket');
    expect((await upload(policyFor(), [key, ['x-ignore-a', '1']])).status).toBe(204);
  });
  test('expired', async () => {
    const expired = { ...policyFor(), expiration: new Date(Date.now() - 1000).toISOString() };
    const answer = await upload(expired, [key]);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('Invalid according to Policy: Policy expired.');
  });
  test('size: EntityTooLarge and EntityTooSmall, bounds included', async () => {
    const range = policyFor(['content-length-range', 3, 5]);
    const size = (n: number) => upload(range, [key], { data: 'x'.repeat(n) });
    expect([(await size(3)).status, (await size(5)).status]).toEqual([204, 204]);
    const large = await size(6);
    expect(large.code).toBe('EntityTooLarge');
    expect(large.text).toContain('<MaxSizeAllowed>5</MaxSizeAllowed>');
    expect((await size(2)).code).toBe('EntityTooSmall');
  });
  test('a changed signature: 403; a missing field: InvalidArgument; no auth at all: AccessDenied', async () => {
    const signed = signPolicy(policyFor());
    const send = (fields: Fields) => post(formBody([key, ...fields], { data: 'x' }));
    const forged = signed.map(([name, value]): [string, string] => [name, name === 'Policy' ? `${value}=` : value]);
    expect(await send(forged)).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    const missing = await send(signed.filter(([name]) => name !== 'X-Amz-Signature'));
    expect(missing.text).toContain("Bucket POST must contain a field named 'X-Amz-Signature'.  If it is specified");
    expect((await post(formBody(signed, { data: 'x' }))).text).toContain("named 'key'");
    expect(await send([])).toMatchObject({ status: 403, code: 'AccessDenied' });
  });
  test.each([
    ['no JSON', 'nonsense'],
    ['no expiration', '{"conditions":[]}'],
    ['no conditions', '{"expiration":"2030-01-01T00:00:00Z"}'],
    ['an extra member', '{"expiration":"2030-01-01T00:00:00Z","conditions":[],"x":1}'],
    ['two properties in one', '{"expiration":"2030-01-01T00:00:00Z","conditions":[{"a":"b","c":"d"}]}'],
    ['an unknown operator', '{"expiration":"2030-01-01T00:00:00Z","conditions":[["is","$key","a"]]}'],
    ['a field without $', '{"expiration":"2030-01-01T00:00:00Z","conditions":[["eq","key","a"]]}'],
  ])('a policy with %s: InvalidPolicyDocument', async (_, policy) => {
    expect((await upload(policy, [key])).code).toBe('InvalidPolicyDocument');
  });
  test('no file; another type; a broken body; 20 KB of fields', async () => {
    const noFile = await post(formBody([key, ...signPolicy(policyFor())]));
    expect(noFile.text).toContain('POST requires exactly one file upload per request.');
    expect(await post(Buffer.from('a=b'), 'application/x-www-form-urlencoded')).toMatchObject({
      status: 412,
      code: 'PreconditionFailed',
    });
    expect((await post(Buffer.from('nothing here'))).code).toBe('MalformedPOSTRequest');
    const cut = formBody([key, ...signPolicy(policyFor())], { data: 'x'.repeat(1000) }).subarray(0, -20);
    expect((await post(cut)).code).toBe('MalformedPOSTRequest');
    const large = await upload(policyFor(), [key, ['x-ignore-a', 'x'.repeat(21_000)]]);
    expect(large.code).toBe('MaxPostPreDataLengthExceededError');
  });
});
