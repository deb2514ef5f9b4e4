import { awsErrorCode, awsErrorMessage, bucketOf, classify, NoSuchObjectError } from '../../adapters/aws';
import { misconfigured } from './failures';

/** What to do about refusals that have nothing to do with the run. */
const ADVICE: Record<string, string> = {
  AuthFailure: 'check the AWS credentials of the worker',
  InvalidClientTokenId: 'check the AWS credentials of the worker',
  InvalidAccessKeyId: 'check the AWS credentials of the worker',
  SignatureDoesNotMatch: 'check the AWS credentials of the worker',
  UnauthorizedOperation: 'give the credentials of the worker the permission (docs/run-on-aws.md lists those it needs)',
  AccessDenied: 'give the credentials of the worker the permission (docs/run-on-aws.md lists those it needs)',
  OptInRequired: 'the account has not subscribed to this service or region',
  PermanentRedirect: 'the bucket is in another region than the settings say (TRAINCTL_REGION)',
};

/** Which bucket is named in the settings of the workers alone; other buckets are looked at before anything is launched. */
function bucketAdvice(bucket: string | undefined): string {
  const it = bucket === undefined ? 'that bucket' : `s3://${bucket}`;
  return `make ${it} again (aws s3 mb ${bucket === undefined ? 's3://BUCKET' : it}; a local stack does when it starts), or change what names it: bucket in the settings of the workers (TRAINCTL_BUCKET), or inputs and outputs of the spec`;
}

/**
 * Runs `work`; what AWS refuses for good becomes one plain, non-retryable failure. Throttling and everything that may pass is
 * thrown as it is, and Temporal repeats the activity.
 */
export async function withPlainAwsErrors<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.name === 'CredentialsProviderError') {
      throw misconfigured(`${what}: the worker has no AWS credentials (${error.message})`);
    }
    if (error instanceof NoSuchObjectError) throw misconfigured(`${what}: ${error.message}`, error);
    const code = awsErrorCode(error);
    if (code === undefined || classify(error) !== 'refusal') throw error;
    const advice = code === 'NoSuchBucket' ? bucketAdvice(bucketOf(error)) : (ADVICE[code] ?? 'run trainctl doctor');
    throw misconfigured(`${what}: AWS refused (${code}: ${awsErrorMessage(error)}); ${advice}`);
  }
}

/**
 * A step on a host whose own faults are final: what S3 refuses the worker, it would refuse for another host as well. Only what may
 * pass is left to Temporal's retries, after which the host counts as unreachable.
 */
export function withOwnFaultsFinal<A, R>(what: string, step: (args: A) => Promise<R>): (args: A) => Promise<R> {
  return (args) => withPlainAwsErrors(what, () => step(args));
}
