import type { Readable } from 'node:stream';
import type { WriteGrant } from '../../../contract';
import type { CallOptions } from '../call-options';

export interface ObjectInfo {
  key: string;
  bytes: number;
  /** Epoch milliseconds. */
  modifiedAt: number;
}

export interface StoredObject extends ObjectInfo {
  etag: string;
  contentType?: string;
}

/** Where: another bucket than the installation's own. */
export interface InBucket {
  bucket?: string;
}

export interface PutOptions extends CallOptions, InBucket {
  contentType?: string;
}

/** S3, thin and typed, on the installation's bucket unless another is named. Missing keys throw {@link NoSuchObjectError}. */
export interface ObjectStore {
  readonly bucket: string;
  readonly region: string;
  get(key: string, options?: CallOptions & InBucket): Promise<Buffer>;
  getStream(key: string, options?: CallOptions & InBucket): Promise<Readable>;
  /** Bytes `from` (included) to `end` (excluded); short at the end of the object, empty past it. */
  getRange(key: string, from: number, end: number, options?: CallOptions & InBucket): Promise<Buffer>;
  put(key: string, body: Buffer | string, options?: PutOptions): Promise<void>;
  /** Any length, in parts of 8 MiB; nothing is left behind when it fails or is aborted. */
  upload(key: string, body: Readable, options?: PutOptions): Promise<void>;
  /** False when the key exists already; its content is then untouched. */
  putIfAbsent(key: string, body: Buffer | string, options?: PutOptions): Promise<boolean>;
  /** Undefined: no such key. */
  head(key: string, options?: CallOptions & InBucket): Promise<StoredObject | undefined>;
  /** Every object below the prefix, by key, page after page. */
  list(prefix: string, options?: CallOptions & InBucket & { startAfter?: string }): AsyncIterable<ObjectInfo>;
  /** Missing keys are fine. Throws {@link DeleteFailedError}, naming the keys that S3 refused to delete. */
  delete(keys: string[], options?: CallOptions & InBucket): Promise<void>;
  copy(from: string, to: string, options?: CallOptions & InBucket & { fromBucket?: string }): Promise<void>;
  presignGet(key: string, options?: InBucket & { expiresSeconds?: number }): Promise<string>;
  /** A form that may write any key below `keyPrefix` until it expires, each object up to `maxBytes` (default 5 GiB). */
  presignPost(args: InBucket & { keyPrefix: string; expiresSeconds?: number; maxBytes?: number }): Promise<WriteGrant>;
  /** Creates the bucket when it is missing. Throws when it belongs to somebody else. */
  ensureBucket(options?: CallOptions): Promise<void>;
  /** Ends idle connections. */
  close(): void;
}
