import type { Readable } from 'node:stream';

export interface SnapshotFile {
  /** Relative, with `/` between its parts. */
  path: string;
  bytes: number;
  /** 0o644, or 0o755 for what its owner may execute; 0o777 for links. */
  mode: number;
  /** Target of a symbolic link, as written in it; `bytes` is then 0. */
  link?: string;
}

export interface SkippedEntry {
  /** As in {@link SnapshotFile}; a folder ends in `/`. */
  path: string;
  bytes: number;
  /** The folder was too large to be counted whole: there are more bytes than these. */
  atLeast?: true;
}

export interface Selection {
  /** Absolute. */
  dir: string;
  /** Whose rules chose: git's own, or .gitignore files read by us. */
  source: 'git' | 'folder';
  /** Sorted by the bytes of their UTF-8 paths. */
  files: SnapshotFile[];
  /** Folders of which nothing else is taken, sorted likewise. */
  folders: string[];
  totalBytes: number;
  /** Up to 5, largest first. */
  largest: SnapshotFile[];
  /** Up to 5 of what ignore rules left out, largest first. */
  skipped: SkippedEntry[];
  /** What was left out because it looks like a credential, each by its path; a folder ends in `/`. */
  credentials: string[];
  /** What is left out for another reason than an ignore rule, and other things worth a look, a sentence each. */
  warnings: string[];
}

/** A selection as it was at some moment. It holds a copy on this machine's disk until it is closed. */
export interface PackedSelection {
  /** The snapshot's id: hex sha256 of the canonical tar before compression. */
  readonly sha256: string;
  /** The times of everything in it, beside it: the same content has one id, whenever it was written. */
  readonly times: PackedTimes;
  /** What became of files that changed meanwhile, a sentence each. */
  readonly warnings: string[];
  /** Files and links that are in it, and bytes of the files: what of the selection was still there. */
  readonly files: number;
  readonly bytes: number;
  /** The gzipped tar; memory does not grow with its size. */
  tarGz(): Readable;
  close(): Promise<void>;
}

export interface PackedTimes {
  /** Hex sha256 of the list before compression. */
  sha256: string;
  gz: Buffer;
}

/** The part of an object store that uploading needs. */
export interface SnapshotStore {
  /** Undefined (or null) when there is no such object. */
  head(key: string): Promise<{ bytes: number; modifiedAt?: number } | undefined | null>;
  /** Stores the whole stream, or throws and stores nothing. */
  upload(key: string, body: Readable, options?: { contentType?: string }): Promise<unknown>;
}

export interface UploadedSnapshot {
  /** For `code: { snapshot, times }`. */
  snapshot: string;
  times: string;
  key: string;
  selection: Selection;
  /** What became of files that changed meanwhile, a sentence each. */
  warnings: string[];
  /** Files and links that were still there when they were packed, and bytes of the files. */
  files: number;
  bytes: number;
  /** False: the object was there already, from not longer than a day ago, and nothing was sent. */
  uploaded: boolean;
}
