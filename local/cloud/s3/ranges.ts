import { S3Error } from './errors';

/** First and last byte, both included. */
export interface Range {
  start: number;
  end: number;
}

/**
 * One byte range of an object, as S3 reads it: several ranges, another unit or an end before the start mean the whole
 * object (undefined); a start past the end, or the last 0 bytes, is InvalidRange.
 */
export function parseRange(header: string | undefined, size: number): Range | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  const unsatisfiable = (): S3Error =>
    new S3Error('InvalidRange', { ActualObjectSize: size, RangeRequested: header ?? '' });
  if (first === '') {
    if (Number(last) === 0 || size === 0) throw unsatisfiable();
    return { start: Math.max(0, size - Number(last)), end: size - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= size) throw unsatisfiable();
  return { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}

export const contentRange = (range: Range, size: number): string => `bytes ${range.start}-${range.end}/${size}`;
