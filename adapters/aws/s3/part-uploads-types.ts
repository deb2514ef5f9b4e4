import type { CallOptions } from '../call-options';

/** One multipart upload. */
export interface PartUpload {
  bucket: string;
  key: string;
  uploadId: string;
}

export interface OpenPartUpload extends PartUpload {
  /** Epoch milliseconds, by S3's clock. */
  beganAt: number;
}

export interface UploadedPart {
  /** From 1. */
  number: number;
  /** As S3 says it, in quotes. */
  etag: string;
  bytes: number;
}

/** S3's multipart uploads: begun, joined and aborted here, while somebody without credentials sends the parts. */
export interface PartUploads {
  /** Answers the upload's id. */
  begin(bucket: string, key: string, options?: CallOptions): Promise<string>;
  /** An URL for one PUT of one part. It ends with the signer's own credentials too. */
  presignPart(upload: PartUpload, number: number, expiresSeconds: number): Promise<string>;
  /** By number. Undefined: there is no such upload any more. */
  parts(upload: PartUpload, options?: CallOptions): Promise<UploadedPart[] | undefined>;
  /** False: there is no such upload any more. */
  complete(upload: PartUpload, parts: readonly UploadedPart[], options?: CallOptions): Promise<boolean>;
  /** One that is gone already is fine. */
  abort(upload: PartUpload, options?: CallOptions): Promise<void>;
  /** What is neither completed nor aborted of exactly this key, whoever began it. */
  open(bucket: string, key: string, options?: CallOptions): Promise<OpenPartUpload[]>;
  /** Ends idle connections. */
  close(): void;
}
