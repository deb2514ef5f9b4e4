import { credentialWords } from '../../../../client/cli/shared/credential-words';
import { explain } from '../../../../client/cli/shared/explain';

const aws = (name: string, httpStatusCode: number): Error =>
  Object.assign(new Error('words of AWS'), { name, $metadata: { httpStatusCode } });
const none = Object.assign(new Error('Could not load credentials from any providers'), {
  name: 'CredentialsProviderError',
});
const AWS = { TRAINCTL_HOME: '/none', TRAINCTL_CLOUD: 'aws', TRAINCTL_BUCKET: 'runs', TRAINCTL_REGION: 'eu-west-1' };

it.each([
  [none, /^there are no AWS credentials here: Could not load/, /AWS_PROFILE/],
  [aws('ExpiredToken', 400), /does not take these credentials \(ExpiredToken: words of AWS\)/, /aws sso login/],
  [aws('InvalidAccessKeyId', 403), /does not take/, /get-caller-identity/],
  [aws('UnauthorizedOperation', 403), /denies it to these credentials/, /docs\/run-on-aws\.md/],
])('%s is no fault of trainctl', (error, message, next) => {
  expect(explain(error, AWS)).toMatchObject({
    code: 'refused',
    exitCode: 2,
    message: expect.stringMatching(message),
    next: expect.stringMatching(next),
  });
});

it.each([new Error('x'), aws('NoSuchKey', 404), aws('InternalError', 500)])('%s says nothing of them', (error) =>
  expect(credentialWords(error)).toBeUndefined(),
);

it('sends people to the servers of their installation, and to a stack only where one is theirs', () => {
  const refused = Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
  expect(explain(refused, { TRAINCTL_HOME: '/none' }).next).toContain('trainctl stack up --detach');
  expect(explain(refused, AWS).next).toBe(
    'check the network, and the region of the settings (eu-west-1); what AWS itself says: https://health.aws.amazon.com; then: trainctl doctor',
  );
});
