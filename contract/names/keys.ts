/**
 * Object keys of a run, below the installation's prefix. `prefix` is either empty or ends in `/`.
 * Only this node of this attempt may write below {@link nodePrefix}.
 */
export const runPrefix = (prefix: string, runKey: string): string => `${prefix}runs/${runKey}/`;

export const specKey = (prefix: string, runKey: string): string => `${runPrefix(prefix, runKey)}spec.json`;

/** More than any worker writes as a spec: an input has 128 KiB at the most. */
export const SPEC_BYTES = 8 * 1024 * 1024;

export const summaryKey = (prefix: string, runKey: string): string => `${runPrefix(prefix, runKey)}summary.json`;

/** What the reconciler notes of instances that it has ended (`EndedInstance`), one object each. */
export const endedPrefix = (prefix: string, runKey: string): string => `${runPrefix(prefix, runKey)}ended/`;

export const nodePrefix = (prefix: string, runKey: string, attempt: number, node: number): string =>
  `${runPrefix(prefix, runKey)}a/${attempt}/${node}/`;

/**
 * What workers note of uploads in parts that they began for an attempt, one object each. Outside of what a node may write, so
 * that no host can name uploads to be ended.
 */
export const uploadsPrefix = (prefix: string, runKey: string, attempt: number): string =>
  `${runPrefix(prefix, runKey)}uploads/${attempt}/`;

/** The agent's last word (`HostFinal`), for whoever was not attached when it was said. */
export const finalKey = (prefix: string, runKey: string, attempt: number, node: number): string =>
  `${nodePrefix(prefix, runKey, attempt, node)}final.json`;

/** Below it lies all code: snapshots, the times of their files, and the notes of git commits. */
export const codePrefix = (prefix: string): string => `${prefix}code/`;

/** The code of a run: a gzipped tar, named by the sha256 of the tar before compression. */
export const snapshotKey = (prefix: string, sha256: string): string => `${prefix}code/${sha256}.tar.gz`;

/** When the files of a run's code were changed last: a gzipped list, named by its sha256 before compression. */
export const snapshotTimesKey = (prefix: string, sha256: string): string => `${prefix}code/times/${sha256}.gz`;

/** Log and metrics segments are named `<first byte>-<byte after the last>`, both in 16 decimal digits. */
export const segmentName = (from: number, end: number): string =>
  `${String(from).padStart(16, '0')}-${String(end).padStart(16, '0')}`;

/** Reads a segment's name; undefined for any other object. */
export function parseSegment(name: string): { from: number; end: number } | undefined {
  const match = /^(\d{16})-(\d{16})$/.exec(name);
  if (!match) return undefined;
  const from = Number(match[1]);
  const end = Number(match[2]);
  return end > from ? { from, end } : undefined;
}

/**
 * A checkpoint's manifest, below the node's prefix; its number in 12 digits, so that names sort by age. Older agents wrote the
 * step there, which never fell within an attempt.
 */
export const manifestName = (number: number): string => `checkpoints/${String(number).padStart(12, '0')}/manifest.json`;

/** Splits `s3://bucket/key`; undefined when it is not such an address. */
export function parseS3Url(url: string): { bucket: string; key: string } | undefined {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s.exec(url);
  return match?.[1] ? { bucket: match[1], key: match[2] ?? '' } : undefined;
}
