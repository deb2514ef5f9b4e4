import { parseSegment } from '../../contract';

/** One immutable piece of a log in S3. */
export interface Segment {
  key: string;
  from: number;
  end: number;
}

/** The segments among a listing; objects with other names are nobody's log. */
export function segmentsOf(keys: Iterable<string>): Segment[] {
  const found: Segment[] = [];
  for (const key of keys) {
    const range = parseSegment(key.slice(key.lastIndexOf('/') + 1));
    if (range) found.push({ key, ...range });
  }
  return found;
}

/**
 * The segment to read at `offset`: of those that hold that byte, the one that reaches farthest. While a log is being
 * compacted, small segments and the large one that replaces them are there at once; either gives the same bytes.
 */
export function segmentAt(segments: readonly Segment[], offset: number): Segment | undefined {
  let best: Segment | undefined;
  for (const segment of segments) {
    if (segment.from <= offset && segment.end > offset && (!best || segment.end > best.end)) best = segment;
  }
  return best;
}

/** How far the log can be read without a hole, from `offset`. */
export function contiguousEnd(segments: readonly Segment[], offset: number): number {
  let end = offset;
  for (let next = segmentAt(segments, end); next; next = segmentAt(segments, end)) end = next.end;
  return end;
}
