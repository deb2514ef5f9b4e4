import { SegmentReader } from '../../../client';
import { nodePrefix, segmentName } from '../../../contract';
import { MemoryObjects } from '../support/memory-objects';

const STREAM = { prefix: 'p/', runKey: '0123456789abcdef', attempt: 1, node: 0, kind: 'log' as const };
const key = (from: number, end: number): string =>
  `${nodePrefix('p/', STREAM.runKey, 1, 0)}log/${segmentName(from, end)}`;

async function readAll(reader: SegmentReader): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of reader.readAvailable()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('SegmentReader', () => {
  const content = Buffer.from('one\ntwo\nthree \xff\0 binary\nno newline at the end', 'latin1');
  const put = (objects: MemoryObjects, from: number, end: number): void => {
    objects.set(key(from, end), content.subarray(from, end));
  };

  it('joins segments byte for byte, compacted or not', async () => {
    const objects = new MemoryObjects();
    put(objects, 0, 5);
    put(objects, 5, 11);
    put(objects, 0, 11);
    put(objects, 11, content.length);
    expect(await readAll(new SegmentReader(objects, STREAM))).toEqual(content);
  });

  it('goes on where it stopped, without repeating a byte', async () => {
    const objects = new MemoryObjects();
    const reader = new SegmentReader(objects, STREAM);
    expect(await readAll(reader)).toHaveLength(0);
    put(objects, 0, 7);
    expect(await readAll(reader)).toEqual(content.subarray(0, 7));
    expect(await readAll(reader)).toHaveLength(0);
    put(objects, 7, content.length);
    expect(await readAll(reader)).toEqual(content.subarray(7));
  });

  it('lists only what comes after its offset', async () => {
    const objects = new MemoryObjects();
    put(objects, 0, 7);
    const reader = new SegmentReader(objects, STREAM);
    await readAll(reader);
    expect(objects.lists.at(-1)?.startAfter).toBe(`${key(7, 8).slice(0, -16)}`);
  });

  it('finds the rest in a compacted segment that begins before its offset', async () => {
    const objects = new MemoryObjects();
    put(objects, 0, 7);
    const reader = new SegmentReader(objects, STREAM);
    await readAll(reader);
    // What follows was written and compacted between two looks.
    objects.objects.clear();
    put(objects, 0, 20);
    put(objects, 20, content.length);
    expect(await readAll(reader)).toEqual(content.subarray(7));
  });

  it('finds a compacted tail with nothing behind it within a few looks', async () => {
    const objects = new MemoryObjects();
    put(objects, 0, 7);
    const reader = new SegmentReader(objects, STREAM);
    await readAll(reader);
    objects.objects.clear();
    put(objects, 0, content.length);
    const parts: Buffer[] = [];
    for (let i = 0; i < 8; i++) parts.push(await readAll(reader));
    expect(Buffer.concat(parts)).toEqual(content.subarray(7));
  });

  it('reads on when a listed segment was compacted away before it was read', async () => {
    const objects = new MemoryObjects();
    put(objects, 0, 7);
    put(objects, 7, 12);
    const get = objects.get.bind(objects);
    objects.get = async (asked, range) => {
      if (asked === key(7, 12) && objects.objects.delete(asked)) put(objects, 0, content.length);
      return get(asked, range);
    };
    expect(await readAll(new SegmentReader(objects, STREAM))).toEqual(content);
  });

  it.each([0, 3])('ends where a segment has fewer bytes (%i) than its host has named it for', async (bytes) => {
    const objects = new MemoryObjects();
    put(objects, 0, 7);
    objects.set(key(7, 9_007_199_254_740_991), content.subarray(7, 7 + bytes));
    put(objects, 7, 12);
    const reader = new SegmentReader(objects, STREAM);
    expect(await readAll(reader)).toEqual(content.subarray(0, 12));
    const asked = objects.gets.length;
    put(objects, 12, content.length);
    expect(await readAll(reader)).toEqual(content.subarray(12));
    expect(objects.gets.length - asked).toBeLessThan(4);
  });

  it('never reads more than 8 MiB at once', async () => {
    const big = Buffer.alloc(20 * 1024 * 1024, 'x');
    const objects = new MemoryObjects().set(key(0, big.length), big);
    const sizes: number[] = [];
    for await (const chunk of new SegmentReader(objects, STREAM).readAvailable()) sizes.push(chunk.length);
    expect(Math.max(...sizes)).toBe(8 * 1024 * 1024);
    expect(sizes.reduce((a, b) => a + b)).toBe(big.length);
  });
});
