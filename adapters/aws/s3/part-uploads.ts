import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  type ListPartsCommandOutput,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Settings } from '../../../contract';
import { type CallOptions, http } from '../call-options';
import { awsErrorCode } from '../classify';
import { s3Config } from '../clients';
import { nameBuckets } from './bucket-names';
import { openUploads } from './open-uploads';
import type { OpenPartUpload, PartUpload, PartUploads, UploadedPart } from './part-uploads-types';

/** Uploads in parts for whoever holds the URLs. Nothing is connected until the first call. */
export function createPartUploads(settings: Settings): PartUploads {
  return new S3PartUploads(settings);
}

class S3PartUploads implements PartUploads {
  readonly #client: S3Client;

  constructor(settings: Settings) {
    this.#client = new S3Client({
      ...s3Config(settings),
      // A checksum that the upload declares would have to come with each part, from a plain HTTP client.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    nameBuckets(this.#client);
  }

  async begin(bucket: string, key: string, options: CallOptions = {}): Promise<string> {
    const { UploadId } = await this.#client.send(
      new CreateMultipartUploadCommand({ Bucket: bucket, Key: key, ContentType: 'application/octet-stream' }),
      http(options),
    );
    if (!UploadId) throw new Error(`S3 began an upload of s3://${bucket}/${key} and named none`);
    return UploadId;
  }

  presignPart({ bucket, key, uploadId }: PartUpload, number: number, expiresSeconds: number): Promise<string> {
    const command = new UploadPartCommand({ Bucket: bucket, Key: key, UploadId: uploadId, PartNumber: number });
    return getSignedUrl(this.#client, command, { expiresIn: expiresSeconds });
  }

  async parts(upload: PartUpload, options: CallOptions = {}): Promise<UploadedPart[] | undefined> {
    const found: UploadedPart[] = [];
    try {
      // Not the SDK's paginator, which goes by the marker alone: S3 says one after the last page too.
      for (let marker: string | undefined; ; ) {
        const command = new ListPartsCommand({ ...named(upload), ...(marker ? { PartNumberMarker: marker } : {}) });
        const page: ListPartsCommandOutput = await this.#client.send(command, http(options));
        for (const { PartNumber: number, ETag: etag, Size: bytes } of page.Parts ?? []) {
          if (number !== undefined && etag !== undefined) found.push({ number, etag, bytes: bytes ?? 0 });
        }
        if (!page.IsTruncated || !page.NextPartNumberMarker) return found;
        marker = page.NextPartNumberMarker;
      }
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  async complete(upload: PartUpload, parts: readonly UploadedPart[], options: CallOptions = {}): Promise<boolean> {
    const Parts = parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag }));
    try {
      const command = new CompleteMultipartUploadCommand({ ...named(upload), MultipartUpload: { Parts } });
      await this.#client.send(command, http(options));
      return true;
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  }

  async abort(upload: PartUpload, options: CallOptions = {}): Promise<void> {
    try {
      await this.#client.send(new AbortMultipartUploadCommand(named(upload)), http(options));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  open(bucket: string, key: string, options: CallOptions = {}): Promise<OpenPartUpload[]> {
    return openUploads(this.#client, bucket, key, http(options));
  }

  close(): void {
    this.#client.destroy();
  }
}

const named = ({ bucket, key, uploadId }: PartUpload) => ({ Bucket: bucket, Key: key, UploadId: uploadId });

/** Completed or aborted, or its bucket is no more. */
const isGone = (error: unknown): boolean => ['NoSuchUpload', 'NoSuchBucket'].includes(awsErrorCode(error) ?? '');
