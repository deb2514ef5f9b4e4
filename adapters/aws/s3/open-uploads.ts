import { ListMultipartUploadsCommand, type ListMultipartUploadsCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import type { OpenPartUpload } from './part-uploads-types';

/** All incomplete uploads of one key, page after page; other keys that begin with it come in the same pages. */
export async function openUploads(
  client: S3Client,
  bucket: string,
  key: string,
  options: { abortSignal?: AbortSignal },
): Promise<OpenPartUpload[]> {
  const found: OpenPartUpload[] = [];
  let from: { KeyMarker?: string; UploadIdMarker?: string } = {};
  for (;;) {
    const command = new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key, ...from });
    const page: ListMultipartUploadsCommandOutput = await client.send(command, options);
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (Key === key && UploadId) found.push({ bucket, key, uploadId: UploadId, beganAt: Initiated?.getTime() ?? 0 });
    }
    if (!page.IsTruncated || page.NextKeyMarker === undefined) return found;
    from = { KeyMarker: page.NextKeyMarker };
    if (page.NextUploadIdMarker) from.UploadIdMarker = page.NextUploadIdMarker;
  }
}
