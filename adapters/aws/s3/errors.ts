/** A key that S3 does not have. */
export class NoSuchObjectError extends Error {
  override readonly name = 'NoSuchObjectError';
  constructor(
    readonly bucket: string,
    readonly key: string,
    options?: ErrorOptions,
  ) {
    super(`s3://${bucket}/${key} does not exist`, options);
  }
}

/** S3 deleted some of the keys, and refused these. */
export class DeleteFailedError extends Error {
  override readonly name = 'DeleteFailedError';
  constructor(
    readonly bucket: string,
    readonly failed: { key: string; code: string; message: string }[],
  ) {
    const first = failed[0];
    super(
      `S3 refused to delete ${failed.length} objects of ${bucket}, the first of them ${first?.key}: ${first?.code} ${first?.message}`,
    );
  }
}
