import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { WriteGrant } from '../../../contract';
import { MAX_POST_BYTES } from './limits';

/** SigV4 query authentication: at most a week. */
const MAX_EXPIRES_SECONDS = 7 * 24 * 3600;
const DEFAULT_EXPIRES_SECONDS = 3600;

const expiry = (seconds: number | undefined): number =>
  Math.max(1, Math.min(Math.floor(seconds ?? DEFAULT_EXPIRES_SECONDS), MAX_EXPIRES_SECONDS));

export function presignGet(
  client: S3Client,
  bucket: string,
  key: string,
  expiresSeconds: number | undefined,
): Promise<string> {
  const command = new GetObjectCommand({ Bucket: bucket, Key: key });
  return getSignedUrl(client, command, { expiresIn: expiry(expiresSeconds) });
}

/** The form that lets its holder write below `keyPrefix`, and nowhere else. Cut to the signer's own credentials' life. */
export async function presignPost(
  client: S3Client,
  args: { bucket: string; keyPrefix: string; expiresSeconds?: number; maxBytes?: number },
): Promise<WriteGrant> {
  if (args.keyPrefix === '') throw new Error('a write grant needs a key prefix: without one it would cover the bucket');
  if (args.keyPrefix.includes('$' + '{')) throw new Error('a key prefix may not contain ${: S3 would expand it');
  const credentials = await client.config.credentials();
  const credentialsEnd = credentials.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
  const seconds = Math.min(expiry(args.expiresSeconds), Math.max(1, Math.floor((credentialsEnd - Date.now()) / 1000)));
  const expires = Math.floor(Date.now() / 1000) + seconds;
  const { url, fields } = await createPresignedPost(client, {
    Bucket: args.bucket,
    // Only a key that ends so makes a prefix condition of it; the field itself is the holder's to fill in.
    Key: `${args.keyPrefix}\${filename}`,
    Conditions: [['content-length-range', 0, args.maxBytes ?? MAX_POST_BYTES]],
    Expires: seconds,
  });
  const { key: _key, ...rest } = fields;
  return { url, fields: rest, keyPrefix: args.keyPrefix, expires };
}
