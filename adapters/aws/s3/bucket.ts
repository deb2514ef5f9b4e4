import { CreateBucketCommand, HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { type CallOptions, http } from '../call-options';
import { awsErrorCode } from '../classify';
import { isMissing } from './missing';

/** Creates the bucket when it is missing. */
export async function ensureBucket(
  client: S3Client,
  Bucket: string,
  region: string,
  options: CallOptions,
): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket }), http(options));
    return;
  } catch (error) {
    if (!isMissing(error)) {
      throw new Error(
        `bucket ${Bucket} cannot be used (${awsErrorCode(error) ?? 'no answer'}): it must belong to this account and allow it to list, read and write`,
        { cause: error },
      );
    }
  }
  const place =
    region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region as 'eu-west-1' } };
  try {
    await client.send(new CreateBucketCommand({ Bucket, ...place }), http(options));
  } catch (error) {
    if (awsErrorCode(error) !== 'BucketAlreadyOwnedByYou') throw error;
  }
}
