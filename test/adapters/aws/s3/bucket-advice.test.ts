import { addressFault, makeBucket, s3FaultOf } from '../../../../adapters/aws';

const AWS = { cloud: 'aws', region: 'eu-west-1' } as const;
const LOCAL = { cloud: 'local', region: 'us-east-1' } as const;

const told = (code: string, httpStatusCode: number, address: string, key: string): string => {
  const fault = s3FaultOf(Object.assign(new Error(code), { name: code, $metadata: { httpStatusCode } }), 'ask for it');
  if (!fault) throw new Error('no fault');
  return addressFault(fault, address, key, AWS);
};

test.each([
  [
    'NoSuchBucket',
    404,
    's3://gone/a/',
    'outputs[0].to',
    's3://gone/a/: there is no such bucket; name another in outputs[0].to, or make it: aws s3 mb s3://gone --region eu-west-1',
  ],
  [
    'NoSuchBucket',
    404,
    's3://gone/data.csv',
    'inputs[2].from',
    's3://gone/data.csv: there is no such bucket; name the one that holds the data in inputs[2].from, or make it and put the data there: aws s3 mb s3://gone --region eu-west-1',
  ],
  [
    'PermanentRedirect',
    301,
    's3://far/a/',
    'outputs[0].to',
    's3://far/a/: the bucket is in another region than eu-west-1; name one of that region in outputs[0].to',
  ],
  [
    'InvalidBucketName',
    400,
    's3://a_b/a/',
    'outputs[0].to',
    's3://a_b/a/: no bucket can have that name; name another in outputs[0].to',
  ],
  ['AccessDenied', 403, 's3://b/a', 'inputs[0].from', 's3://b/a: S3 denies access to it (ask for it)'],
])('%s (%i): which bucket, what names it, and what to do', (code, status, address, key, text) =>
  expect(told(code, status, address, key)).toBe(text),
);

test('a bucket of the local cloud is made there', () => {
  expect(makeBucket('b', LOCAL)).toBe('(eval "$(trainctl stack env)"; aws s3 mb s3://b)');
});
