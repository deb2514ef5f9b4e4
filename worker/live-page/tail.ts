import type { ObjectStore } from '../../adapters/aws';
import { parseSegment, segmentName } from '../../contract';

/** How much of the end of a log is read, in at most so many objects. */
const BYTES = 8 * 1024;
const OBJECTS = 8;

interface Segment {
  key: string;
  from: number;
  end: number;
}

/**
 * The last bytes of a log of which `bytes` are in S3, as text: some lines, however small the pieces are in which it was sent.
 * @param folder ends in `/`
 */
export async function readTail(
  store: Pick<ObjectStore, 'list' | 'getRange'>,
  folder: string,
  bytes: number,
  signal: AbortSignal,
): Promise<string> {
  if (bytes === 0) return '';
  // `-` sorts before the digits of an end, so this key is just before any segment that starts there.
  const startAfter = `${folder}${segmentName(Math.max(0, bytes - 4 * BYTES), 0).slice(0, 17)}`;
  let segments = await list(store, folder, { startAfter, signal });
  // The last one may begin long before: a log that comes fast, or pieces that were made one.
  if (segments.length === 0) segments = await list(store, folder, { signal });
  const chosen = chain(segments);
  const parts = await Promise.all(
    chosen.map(({ key, from, end }) => store.getRange(key, Math.max(0, end - from - BYTES), end - from, { signal })),
  );
  const text = Buffer.concat(parts).toString('utf8');
  const [first] = chosen;
  // Elsewhere it begins within a line.
  return first?.from === 0 && first.end <= BYTES ? text : text.slice(text.indexOf('\n') + 1);
}

async function list(
  store: Pick<ObjectStore, 'list'>,
  folder: string,
  options: { startAfter?: string; signal: AbortSignal },
): Promise<Segment[]> {
  const found: Segment[] = [];
  for await (const { key } of store.list(folder, options)) {
    const range = parseSegment(key.slice(folder.length));
    if (range) found.push({ key, ...range });
  }
  return found;
}

/** From the end backwards, each the longest that ends where the one after begins; in their order. */
function chain(segments: readonly Segment[]): Segment[] {
  const chosen: Segment[] = [];
  let end = Math.max(...segments.map((segment) => segment.end));
  let read = 0;
  while (chosen.length < OBJECTS && read < BYTES) {
    const ending = segments.filter((segment) => segment.end === end);
    const longest = ending.reduce<Segment | undefined>((a, b) => (a && a.from <= b.from ? a : b), undefined);
    if (!longest) break;
    chosen.unshift(longest);
    read += longest.end - longest.from;
    end = longest.from;
  }
  return chosen;
}
