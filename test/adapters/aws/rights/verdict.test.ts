import { tried, untried } from '../../../../adapters/aws/rights/verdict';
import { awsError } from './aws-error';

const verdict = (error: unknown) => tried('ec2:DescribeVolumes', () => Promise.reject(error));

test.each(['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException', 'UnauthorizedException'])(
  '%s is a right that is missing',
  async (code) => {
    expect(await verdict(awsError(code, 403))).toEqual({
      right: 'ec2:DescribeVolumes',
      allowed: false,
      why: `${code}, in AWS's words`,
    });
  },
);

test.each([
  'AuthFailure',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
])('%s says who asks is not known, and nothing of the right', async (code) => {
  expect(await verdict(awsError(code, 403))).toMatchObject({ allowed: undefined, badCredentials: true });
});

test('so do credentials that are not there', async () => {
  const none = Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' });
  expect(await verdict(none)).toMatchObject({ allowed: undefined, badCredentials: true });
});

test('a service that is away says nothing at all', async () => {
  const away = await verdict(Object.assign(new Error(''), { code: 'ECONNREFUSED' }));
  expect(away).toEqual({ right: 'ec2:DescribeVolumes', allowed: undefined, why: 'ECONNREFUSED' });
  const busy = untried(
    'ec2:DeleteVolume',
    'EC2 does not list a disk to try it on',
    awsError('RequestLimitExceeded', 503),
  );
  expect(busy).toEqual({
    right: 'ec2:DeleteVolume',
    allowed: undefined,
    why: "EC2 does not list a disk to try it on: RequestLimitExceeded, in AWS's words",
  });
});

test.each(['DryRunOperation', 'VolumeInUse', 'NoSuchKey'])('%s is an answer to who may', async (code) =>
  expect(await verdict(awsError(code, 412))).toEqual({ right: 'ec2:DescribeVolumes', allowed: true }),
);
