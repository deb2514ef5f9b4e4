import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { PackedTimes } from './types';

/** The list that the agent reads: `<nanoseconds since 1970> <path>` and a NUL, for each entry. */
export function packTimes(times: ReadonlyMap<string, bigint>): PackedTimes {
  const text = [...times].map(([file, ns]) => `${ns} ${file}\0`).join('');
  return { sha256: createHash('sha256').update(text).digest('hex'), gz: gzipSync(text) };
}
