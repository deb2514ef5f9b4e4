import { storeWords } from '../../../../client/cli/shared/store-words';

const error = (name: string, httpStatusCode: number, bucket?: string): Error =>
  Object.assign(new Error('no'), { name, $metadata: { httpStatusCode }, ...(bucket === undefined ? {} : { bucket }) });
const AWS = { cloud: 'aws', region: 'eu-west-1', bucket: 'my-runs' } as const;
const LOCAL = { cloud: 'local', region: 'us-east-1', bucket: 'trainctl' } as const;
const ENV = { TRAINCTL_HOME: '/h' };

it.each([
  [
    'in settings.yaml',
    ENV,
    'S3: there is no such bucket: s3://my-runs; bucket in /h/settings.yaml names it',
    'make it: aws s3 mb s3://my-runs --region eu-west-1; or name another there (or by TRAINCTL_BUCKET); then: trainctl doctor',
  ],
  [
    'by a variable',
    { ...ENV, TRAINCTL_BUCKET: 'my-runs' },
    'S3: there is no such bucket: s3://my-runs; TRAINCTL_BUCKET names it',
    'make it: aws s3 mb s3://my-runs --region eu-west-1; or set TRAINCTL_BUCKET to another; then: trainctl doctor',
  ],
])('the installation’s own bucket, named %s', (_, env, message, next) => {
  expect(storeWords(error('NoSuchBucket', 404, 'my-runs'), AWS, env)).toEqual({ message, next });
  // A call that does not say which was one of the installation's own.
  expect(storeWords(error('NoSuchBucket', 404), AWS, env)).toEqual({ message, next });
});

it('the bucket of a local stack, which nobody has named', () => {
  expect(storeWords(error('NoSuchBucket', 404, 'trainctl'), LOCAL, ENV)).toEqual({
    message: 'S3: there is no such bucket: s3://trainctl, that of the local stack',
    next: 'what was in it is lost; the stack makes it anew when it starts: trainctl stack down, then trainctl stack up --detach',
  });
});

it('a bucket that a spec names', () => {
  expect(storeWords(error('NoSuchBucket', 404, 'results'), LOCAL, ENV)).toEqual({
    message: 'S3: there is no such bucket: s3://results; the spec of the run names it',
    next: 'make it: (eval "$(trainctl stack env)"; aws s3 mb s3://results); or name another in its inputs and outputs',
  });
});

it('a bucket that refuses, or is elsewhere', () => {
  expect(storeWords(error('AccessDenied', 403, 'my-runs'), AWS, ENV)).toEqual({
    message: 'S3 denies access to s3://my-runs',
    next: expect.stringContaining('docs/run-on-aws.md'),
  });
  expect(storeWords(error('PermanentRedirect', 301, 'my-runs'), AWS, ENV)?.next).toMatch(
    /^it has to be in eu-west-1; or/,
  );
});

it('says something without settings, and nothing of other errors', () => {
  expect(storeWords(error('NoSuchBucket', 404, 'b'), undefined, ENV)?.message).toContain('s3://b');
  expect(storeWords(error('SlowDown', 503), AWS, ENV)).toBeUndefined();
  expect(storeWords(new Error('x'), AWS, ENV)).toBeUndefined();
});
