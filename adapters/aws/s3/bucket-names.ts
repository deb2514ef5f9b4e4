import type { S3Client } from '@aws-sdk/client-s3';

/** Keeps with the error of each call the bucket that it was about: S3's own answers seldom say. */
export function nameBuckets(client: S3Client): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (error instanceof Error && 'Bucket' in args.input) Object.assign(error, { bucket: args.input.Bucket });
        throw error;
      }
    },
    { step: 'initialize', name: 'nameBuckets' },
  );
}

/** The bucket that a call of S3 was about, from its error; undefined when it does not say. */
export function bucketOf(error: unknown): string | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('bucket' in at && typeof at.bucket === 'string') return at.bucket;
  }
  return undefined;
}
