import {
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandOutput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  type S3Client,
  UploadPartCommand,
  type UploadPartCommandOutput,
} from '@aws-sdk/client-s3';
import { openTarget, type Target } from '../target';

export const MIB = 1024 * 1024;

/** The bytes of a part: one letter, again and again. */
export const part = (letter: string, size = 5 * MIB): Buffer => Buffer.alloc(size, letter);

/** A bucket, and the requests that every test of uploads in parts makes. */
export class Uploads {
  private constructor(
    readonly target: Target,
    readonly bucket: string,
    readonly client: S3Client,
  ) {}

  static async open(): Promise<Uploads> {
    const target = await openTarget();
    const client = target.client({
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    return new Uploads(target, await target.bucket(), client);
  }

  async start(Key: string, more: Partial<CreateMultipartUploadCommandInput> = {}): Promise<string> {
    const command = new CreateMultipartUploadCommand({ Bucket: this.bucket, Key, ...more });
    const { UploadId = '' } = await this.client.send(command);
    return UploadId;
  }

  send(Key: string, UploadId: string, PartNumber: number, Body: Buffer, more = {}): Promise<UploadPartCommandOutput> {
    return this.client.send(new UploadPartCommand({ Bucket: this.bucket, Key, UploadId, PartNumber, Body, ...more }));
  }

  complete(
    Key: string,
    UploadId: string,
    Parts: { PartNumber: number; ETag: string | undefined; ChecksumCRC32?: string | undefined }[],
    more = {},
  ): Promise<CompleteMultipartUploadCommandOutput> {
    return this.client.send(
      new CompleteMultipartUploadCommand({
        Bucket: this.bucket,
        Key,
        UploadId,
        MultipartUpload: { Parts: Parts as never },
        ...more,
      }),
    );
  }
}
