import { ListMultipartUploadsCommand, type ListMultipartUploadsCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import type { OpenPartUpload } from './part-uploads-types';

/** All incomplete uploads of one key, page after page; other keys that begin with it come in the same pages. */
export async function openUploads(
  client: S3Client,
  bucket: string,
  key: string,
  options: { abortSignal?: AbortSignal },
): Promise<OpenPartUpload[]> {
  return (await uploadsBelow(client, bucket, key, options)).filter((upload) => upload.key === key);
}

/** All incomplete uploads of keys that begin so. */
export async function uploadsBelow(
  client: S3Client,
  bucket: string,
  prefix: string,
  options: { abortSignal?: AbortSignal },
): Promise<OpenPartUpload[]> {
  const found: OpenPartUpload[] = [];
  let from: { KeyMarker?: string; UploadIdMarker?: string } = {};
  for (;;) {
    const command = new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...from });
    const page: ListMultipartUploadsCommandOutput = await client.send(command, options);
    for (const { Key: key, UploadId, Initiated } of page.Uploads ?? []) {
      if (key && UploadId) found.push({ bucket, key, uploadId: UploadId, beganAt: Initiated?.getTime() ?? 0 });
    }
    if (!page.IsTruncated || page.NextKeyMarker === undefined) return found;
    from = { KeyMarker: page.NextKeyMarker };
    if (page.NextUploadIdMarker) from.UploadIdMarker = page.NextUploadIdMarker;
  }
}
