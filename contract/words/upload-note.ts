import { integer, needed, perhaps, shape, wholeText } from './reader';

/** An upload in parts that a worker has begun, as it notes it in S3. */
export interface UploadNote {
  bucket: string;
  key: string;
  /** Absent: it was about to be begun, and may have been. */
  uploadId?: string;
  /** Epoch milliseconds, by the worker's clock. */
  at: number;
}

/** More than any worker writes. Bytes. */
export const UPLOAD_NOTE_BYTES = 16 * 1024;

/** A note as it is in S3, where it may be anybody's; undefined when it is none. */
export const readUploadNote = shape<UploadNote>({
  bucket: needed(wholeText(63)),
  key: needed(wholeText(1024)),
  uploadId: perhaps(wholeText(2048)),
  at: needed(integer()),
});
