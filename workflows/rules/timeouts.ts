import { LAST_UPLOAD_SECONDS } from '../../contract';

/** For an end in order beyond the grace: the last words of a host, and an undo that is asked for again. Seconds. */
export const UNDO = 150;

/** Of the whole time, for last uploads that move. */
const UPLOADING = 0.1;

/** When Temporal ends an execution itself, whatever its code is doing. */
export interface Timeouts {
  /** Epoch milliseconds. */
  startedAt: number;
  /** Milliseconds; 0 or absent: none. */
  runTimeoutMs?: number;
  executionTimeoutMs?: number;
  /** Of the execution and all that it was tried again or continued as. */
  expiresAt?: Date;
}

/** Epoch milliseconds; Infinity: never. */
export function cutAt({ startedAt, runTimeoutMs, executionTimeoutMs, expiresAt }: Timeouts): number {
  const expires = expiresAt?.getTime() ?? 0;
  const moments = [
    ...(runTimeoutMs ? [startedAt + runTimeoutMs] : []),
    ...(expires > 0 ? [expires] : executionTimeoutMs ? [startedAt + executionTimeoutMs] : []),
  ];
  return Math.min(Number.POSITIVE_INFINITY, ...moments);
}

/**
 * The deadline that a run needs to end by itself before Temporal ends it at `cut`; of a short time, half of it. Epoch milliseconds.
 */
export function deadlineBefore(cut: number, startedAt: number, graceSeconds: number): number {
  const uploading = Math.min(LAST_UPLOAD_SECONDS * 1000, (cut - startedAt) * UPLOADING);
  return Math.max(cut - uploading - (graceSeconds + UNDO) * 1000, startedAt + (cut - startedAt) / 2);
}
