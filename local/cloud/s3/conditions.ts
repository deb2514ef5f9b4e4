import { notImplemented, preconditionFailed, S3Error } from './errors';
import type { StoredObject } from './store';

type Headers = Readonly<Record<string, string | undefined>>;

/** ETags match with or without quotes; `*` matches every object. */
function matches(header: string, etag: string): boolean {
  return header
    .split(',')
    .map((item) => item.trim().replace(/^W\//, '').replace(/^"|"$/g, ''))
    .some((item) => item === '*' || item === etag);
}

/** Epoch milliseconds; dates that are none, or lie ahead, do not count. */
function past(header: string | undefined, now: number): number | undefined {
  const time = header === undefined ? Number.NaN : Date.parse(header);
  return Number.isNaN(time) || time > now ? undefined : time;
}

/**
 * Conditions of GET, HEAD and (with `prefix`) of a copy's source. Throws PreconditionFailed; answers whether the reader's
 * own copy is still good. ETag conditions beat dates.
 */
export function readConditions(headers: Headers, object: StoredObject, now: number, prefix = ''): 'send' | 'unchanged' {
  const ifMatch = headers[`${prefix}if-match`];
  const unmodified = headers[`${prefix}if-unmodified-since`];
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, object.etag)) throw preconditionFailed(`${prefix}If-Match`);
  } else if (unmodified !== undefined) {
    const time = Date.parse(unmodified);
    if (!Number.isNaN(time) && object.lastModified > time) throw preconditionFailed(`${prefix}If-Unmodified-Since`);
  }
  const noneMatch = headers[`${prefix}if-none-match`];
  if (noneMatch !== undefined) return matches(noneMatch, object.etag) ? 'unchanged' : 'send';
  const modified = past(headers[`${prefix}if-modified-since`], now);
  return modified !== undefined && object.lastModified <= modified ? 'unchanged' : 'send';
}

/** Conditions of a copy on its source: what would be 304 for a reader is 412 here. */
export function sourceConditions(headers: Headers, object: StoredObject, now: number): void {
  if (readConditions(headers, object, now, 'x-amz-copy-source-') === 'unchanged') {
    const none = headers['x-amz-copy-source-if-none-match'] !== undefined;
    throw preconditionFailed(`x-amz-copy-source-If-${none ? 'None-Match' : 'Modified-Since'}`);
  }
}

/** What a write demands of the object that it replaces. */
export type WriteCondition = { kind: 'none' } | { kind: 'absent' } | { kind: 'etag'; etag: string };

/** Conditions of Put, Copy and Complete; the forms that S3 does not have are 501, as there. */
export function writeCondition(headers: Headers): WriteCondition {
  const ifMatch = headers['if-match'];
  const noneMatch = headers['if-none-match'];
  if (ifMatch !== undefined && noneMatch !== undefined) {
    throw notImplemented('If-Match,If-None-Match', 'Multiple conditional request headers present in the request');
  }
  if (noneMatch !== undefined) {
    if (noneMatch !== '*') throw notImplemented('If-None-Match');
    return { kind: 'absent' };
  }
  if (ifMatch === undefined) return { kind: 'none' };
  if (ifMatch === '*') throw notImplemented('If-Match');
  return { kind: 'etag', etag: ifMatch.replace(/^"|"$/g, '') };
}

/** Throws unless the current object is what the write demands. Only true for as long as the key's lock is held. */
export function checkWrite(condition: WriteCondition, current: StoredObject | undefined, key: string): void {
  if (condition.kind === 'absent' && current) throw preconditionFailed('If-None-Match');
  if (condition.kind !== 'etag') return;
  if (!current) throw new S3Error('NoSuchKey', { Key: key });
  if (current.etag !== condition.etag) throw preconditionFailed('If-Match');
}
