import type { Algorithm, ChecksumType } from '../body/checksums';

/** A piece of an object's bytes: one immutable file. */
export interface Segment {
  file: string;
  size: number;
}

export interface StoredChecksum {
  algorithm: Algorithm;
  type: ChecksumType;
  /** Base64, with `-N` if composite. */
  value: string;
}

/** What can be said of an object besides its bytes; set by its writer. */
export interface ObjectAttributes {
  /** Content-Type, Cache-Control and their like, by lower-case name. */
  headers: Record<string, string>;
  /** `x-amz-meta-*`, without the prefix. */
  metadata: Record<string, string>;
  storageClass: string;
}

/** An object as its metadata file holds it. */
export interface StoredObject extends ObjectAttributes {
  key: string;
  /** Changes with every write, also an identical one. */
  version: string;
  /** Without quotes. */
  etag: string;
  size: number;
  /** Epoch milliseconds, whole seconds as S3 keeps them. */
  lastModified: number;
  checksum: StoredChecksum;
  segments: Segment[];
  /** Id of the multipart upload that made it; its segments are the parts then. */
  uploadId?: string;
}

/** One part of an open multipart upload. */
export interface StoredPart {
  number: number;
  /** Hex MD5. */
  etag: string;
  lastModified: number;
  segment: Segment;
  /** Base64 of the upload's algorithm. */
  checksum: string;
}

/** An open multipart upload as its file holds it. */
export interface StoredUpload extends ObjectAttributes {
  id: string;
  key: string;
  initiated: number;
  /** Present: the writer named an algorithm, so every part must carry it. */
  declared?: Algorithm;
  algorithm: Algorithm;
  type: ChecksumType;
  /** Version of the key's object when the upload began; null: there was none. */
  versionThen: string | null;
}
