import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
} from '@aws-sdk/client-s3';
import { suite } from '../clouds';
import { onAws, openTarget, sha256, signHeaders, type Target } from './target';

const { describe, test } = suite('s3 › buckets');

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

test('create, again, head, location, list, delete', async () => {
  const client = target.client();
  const Bucket = await target.bucket();
  // Again by its owner: 200 in us-east-1.
  const again = await client.send(new CreateBucketCommand({ Bucket }));
  expect(again.Location).toBe(`/${Bucket}`);
  const head = await client.send(new HeadBucketCommand({ Bucket }));
  expect(head.BucketRegion).toBe(target.region);
  const location = await client.send(new GetBucketLocationCommand({ Bucket }));
  expect(location.LocationConstraint).toBeUndefined();
  const list = await client.send(new ListBucketsCommand({}));
  expect(list.Buckets?.find(({ Name }) => Name === Bucket)?.BucketArn).toBe(`arn:aws:s3:::${Bucket}`);
  const full = await target.raw({ method: 'PUT', path: `/${Bucket}/x`, body: 'x' });
  expect(full.status).toBe(200);
  await expect(client.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'BucketNotEmpty' });
  await target.raw({ method: 'DELETE', path: `/${Bucket}/x` });
  if (onAws) return;
  expect((await target.raw({ method: 'DELETE', path: `/${Bucket}` })).status).toBe(204);
  expect(await target.raw({ method: 'HEAD', path: `/${Bucket}` })).toMatchObject({ status: 404, text: '' });
  expect((await target.raw({ method: 'DELETE', path: `/${Bucket}` })).code).toBe('NoSuchBucket');
});

test('a bucket of somebody else: AccessDenied for what is in it, and its name is taken', async () => {
  const other = `/prod-${target.region}-starport-layer-bucket`;
  expect(await target.raw({ path: `${other}?list-type=2` })).toMatchObject({ status: 403, code: 'AccessDenied' });
  expect(await target.raw({ method: 'HEAD', path: other })).toMatchObject({ status: 403, text: '' });
  const begun = await target.raw({ method: 'POST', path: `${other}/trainctl-test-key?uploads` });
  expect(begun).toMatchObject({ status: 403, code: 'AccessDenied' });
  if (onAws) return;
  expect(await target.raw({ method: 'PUT', path: other })).toMatchObject({ status: 409, code: 'BucketAlreadyExists' });
});

test.each([
  'ab',
  'a'.repeat(64),
  'Upper',
  'under_score',
  '-a-',
  'a..b',
  '192.168.0.1',
  'xn--a',
  'a-s3alias',
  'a--ol-s3',
])('the name %s is InvalidBucketName', async (name) => {
  expect(await target.raw({ method: 'PUT', path: `/${name}` })).toMatchObject({
    status: 400,
    code: 'InvalidBucketName',
  });
});

test('ListBuckets in pages', async () => {
  const names = [await target.bucket(), await target.bucket(), await target.bucket()].sort();
  const client = target.client();
  const seen: (string | undefined)[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await client.send(new ListBucketsCommand({ MaxBuckets: 2, ContinuationToken }));
    expect(page.Buckets?.[0]?.BucketRegion).toBe(target.region);
    seen.push(...(page.Buckets ?? []).map(({ Name }) => Name));
    ContinuationToken = page.ContinuationToken;
  } while (ContinuationToken);
  expect(seen).toEqual(expect.arrayContaining(names));
  expect((await target.raw({ path: '/?max-buckets=0' })).code).toBe('InvalidArgument');
});

describe('LocationConstraint', () => {
  const create = (at: Target, region: string | undefined) =>
    at.raw({
      method: 'PUT',
      path: '/trainctl-test-location',
      body: region
        ? `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`
        : '',
    });
  test('us-east-1 takes none: its own name and unknown ones are InvalidLocationConstraint', async () => {
    expect((await create(target, 'us-east-1')).code).toBe('InvalidLocationConstraint');
    expect((await create(target, 'moon')).code).toBe('InvalidLocationConstraint');
    expect((await create(target, 'eu-west-1')).code).toBe('IllegalLocationConstraintException');
  });
  test('elsewhere it must be the region; again is 409 there', async () => {
    const other = await openTarget({ region: 'eu-west-1' });
    expect((await create(other, undefined)).code).toBe('IllegalLocationConstraintException');
    expect((await create(other, 'us-west-2')).code).toBe('IllegalLocationConstraintException');
    const made = await create(other, 'eu-west-1');
    expect(made.status).toBe(200);
    expect(made.headers.location).toBe(`http://trainctl-test-location.${other.host}/`);
    expect(await create(other, 'eu-west-1')).toMatchObject({ status: 409, code: 'BucketAlreadyOwnedByYou' });
    const location = await other.raw({ path: '/trainctl-test-location?location' });
    expect(location.text).toContain('>eu-west-1</LocationConstraint>');
    await other.close();
  });
});

describe('what is not here says so', () => {
  test.each([
    ['GET', '?acl'],
    ['GET', '?versions'],
    ['PUT', '?policy'],
    ['GET', '/key?tagging'],
    ['POST', '/key?select&select-type=2'],
    ['GET', '/key?versionId=abc'],
  ])('%s %s: 501 NotImplemented', async (method, rest) => {
    expect(await target.raw({ method, path: `/trainctl-test-any${rest}` })).toMatchObject({
      status: 501,
      code: 'NotImplemented',
    });
  });
  test.each(['x-amz-tagging', 'x-amz-object-lock-mode', 'x-amz-server-side-encryption-customer-algorithm'])(
    'header %s: 501 NotImplemented',
    async (name) => {
      const answer = await target.raw({ method: 'PUT', path: '/trainctl-test-any/key', headers: { [name]: 'x' } });
      expect(answer.code).toBe('NotImplemented');
      expect(answer.text).toContain(`<Header>${name}</Header>`);
    },
  );
  test('a method that a resource does not have: 405', async () => {
    expect(await target.raw({ method: 'PATCH', path: '/trainctl-test-any/key' })).toMatchObject({ status: 405 });
  });
});

test('virtual host style', async () => {
  const bucket = await target.bucket();
  const virtual = `${bucket}.localhost:${new URL(target.endpoint).port}`;
  await target.raw({ method: 'PUT', path: `/${bucket}/v/k`, body: 'virtual' });
  const { headers } = signHeaders(
    { ...target, host: virtual },
    { method: 'GET', path: '/v/k', headers: {}, payload: sha256('') },
  );
  expect((await target.raw({ path: '/v/k', headers, signed: false })).text).toBe('virtual');
});
