import type { Readable } from 'node:stream';

export interface SnapshotFile {
  /** Relative, with `/` between its parts. */
  path: string;
  bytes: number;
  /** 0o644 or 0o755. */
  mode: number;
  /** Target of a symbolic link, as written in it; `bytes` is then 0. */
  link?: string;
}

export interface Selection {
  /** Absolute. */
  dir: string;
  source: 'git' | 'folder';
  /** Sorted by the bytes of their UTF-8 paths. */
  files: SnapshotFile[];
  totalBytes: number;
  /** Up to 5, largest first. */
  largest: SnapshotFile[];
  /** Up to 5 of what ignore rules left out (folders end in `/`), largest first. */
  skipped: { path: string; bytes: number }[];
  warnings: string[];
}

export interface PackedSelection {
  /** The snapshot's id: hex sha256 of the canonical tar before compression. Reads every file. */
  sha256(): Promise<string>;
  /** The gzipped tar; memory does not grow with its size. */
  tarGz(): Readable;
}

/** The part of an object store that uploading needs. */
export interface SnapshotStore {
  /** Undefined (or null) when there is no such object. */
  head(key: string): Promise<{ bytes: number } | undefined | null>;
  /** Stores the whole stream, or throws and stores nothing. */
  upload(key: string, body: Readable, options?: { contentType?: string }): Promise<unknown>;
}

export interface UploadedSnapshot {
  /** For `code: { snapshot }`. */
  snapshot: string;
  key: string;
  selection: Selection;
  /** False: the object was there already and nothing was sent. */
  uploaded: boolean;
}

/** What of a folder goes into its snapshot. */
export function selectFiles(_dir: string): Promise<Selection> {
  throw new Error('not built yet');
}

export function packSelection(_selection: Selection): PackedSelection {
  throw new Error('not built yet');
}

export function uploadSnapshot(
  _source: string | Selection,
  _store: SnapshotStore,
  _prefix: string,
): Promise<UploadedSnapshot> {
  throw new Error('not built yet');
}
