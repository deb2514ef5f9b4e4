import type { Wire } from './body/incoming';

/** A fault that is armed for one request. */
export type S3Fault =
  | { kind: 's3-error'; status: number; code: string }
  | { kind: 's3-slow'; bytesPerSecond: number }
  | { kind: 's3-cut'; afterBytes: number };

/** Where faults come from. Asked once for each request, before it has any effect; `key` is empty for a bucket's own. */
export interface S3Faults {
  next(method: string, key: string): S3Fault | undefined;
}

/** An error that was asked for. */
export class InjectedError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(code);
  }
}

/** What a fault does to the wire; an error is thrown at once. */
export function applyFault(fault: S3Fault | undefined): Wire {
  if (!fault) return {};
  if (fault.kind === 's3-error') throw new InjectedError(fault.status, fault.code);
  return fault.kind === 's3-slow' ? { bytesPerSecond: fault.bytesPerSecond } : { cutAfter: fault.afterBytes };
}
