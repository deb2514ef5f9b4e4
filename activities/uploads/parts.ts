import { createHash } from 'node:crypto';
import type { UploadedPart } from '../../adapters/aws';
import type { AttachEvent } from '../../contract';

const MIB = 1024 ** 2;

/** User guide, "Amazon S3 multipart upload limits". */
const S3_PARTS = { smallest: 5 * MIB, largest: 5 * 1024 * MIB, object: 5 * 1024 ** 2 * MIB, keyBytes: 1024 };

/** A part that fails is sent again as a whole, and each needs an URL of its own. */
const USUAL_COUNT = 500;

export interface PartSizes {
  partBytes: number;
  count: number;
}

/** How a file is cut, by its size alone: every worker must come to the same. 64 MiB while uploads go in parts above 5 GiB. */
export function partSizes(bytes: number, aboveBytes: number): PartSizes {
  const wanted = Math.max(S3_PARTS.smallest, aboveBytes / 80, bytes / USUAL_COUNT);
  const partBytes = Math.min(S3_PARTS.largest, Math.ceil(wanted / MIB) * MIB);
  return { partBytes, count: Math.ceil(bytes / partBytes) };
}

/** By which the agent and S3 are known to mean the same parts. */
export function etagsOf(parts: readonly UploadedPart[]): string {
  return createHash('sha256')
    .update(parts.map(({ etag }) => etag).join(''))
    .digest('hex');
}

/** What is wrong with a question of the agent, which is the host's word and may be anything. */
export function faultOf(question: Extract<AttachEvent, { t: 'large' | 'join' }>, outputs: number): string | undefined {
  const { id, index, name, bytes } = question as Record<keyof typeof question, unknown>;
  if (typeof id !== 'string' || id === '' || id.length > 100) return 'id';
  if (!Number.isSafeInteger(index) || Number(index) < 0 || Number(index) >= outputs) return 'no such output';
  if (typeof name !== 'string' || name === '' || Buffer.byteLength(name) > S3_PARTS.keyBytes) return 'no name for S3';
  if (!Number.isSafeInteger(bytes) || Number(bytes) <= 0) return 'no size';
  if (Number(bytes) > S3_PARTS.object) return 'larger than the 5 TiB that one object may have';
  if (question.t === 'join' && typeof question.etags !== 'string') return 'no ETags';
  return undefined;
}
