import { awsErrorCode, awsErrorMessage, hasNoIdentity, refusesIdentity } from '../../../adapters/aws';

/** Of EC2 and its kin; S3's refusals are told with their bucket. */
const NO_RIGHT = new Set(['UnauthorizedOperation', 'AccessDeniedException']);

/** What is the matter with the credentials of this machine, and what to do; undefined when nothing is known to be. */
export function credentialWords(error: unknown): { message: string; next: string } | undefined {
  if (hasNoIdentity(error)) {
    return {
      message: `there are no AWS credentials here: ${awsErrorMessage(error)}`,
      next: 'aws configure (or aws sso login), or name a profile: AWS_PROFILE; then: trainctl doctor',
    };
  }
  const code = awsErrorCode(error);
  if (code === undefined) return undefined;
  if (refusesIdentity(error)) {
    return {
      message: `AWS does not take these credentials (${code}: ${awsErrorMessage(error)})`,
      next: 'renew them (aws sso login, new keys), and look at the clock of this machine; whose they are: aws sts get-caller-identity',
    };
  }
  if (NO_RIGHT.has(code)) {
    return {
      message: `AWS denies it to these credentials (${code}: ${awsErrorMessage(error)})`,
      next: 'docs/run-on-aws.md has the rights that are needed; whose the credentials are: aws sts get-caller-identity',
    };
  }
  return undefined;
}
