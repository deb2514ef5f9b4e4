import fc from 'fast-check';
import { faultOf, partSizes } from '../../../activities/uploads/parts';
import type { AttachEvent } from '../../../contract';

const [MIB, GIB] = [1024 ** 2, 1024 ** 3];

test('every size comes to parts that S3 takes, and that make it up', () => {
  fc.assert(
    fc.property(fc.integer({ min: 5 * GIB + 1, max: 5 * 1024 * GIB }), (bytes) => {
      const { partBytes, count } = partSizes(bytes, 5 * GIB);
      expect(partBytes).toBeGreaterThanOrEqual(64 * MIB);
      expect(partBytes).toBeLessThanOrEqual(5 * GIB);
      expect(count).toBeLessThanOrEqual(10_000);
      expect((count - 1) * partBytes).toBeLessThan(bytes);
      expect(count * partBytes).toBeGreaterThanOrEqual(bytes);
    }),
    { numRuns: 500 },
  );
});

test.each([
  [5 * GIB + 1, 64 * MIB, 81],
  [100 * GIB, 205 * MIB, 500],
  [5 * 1024 * GIB, 5 * GIB, 1024],
])('%d bytes', (bytes, partBytes, count) => expect(partSizes(bytes, 5 * GIB)).toEqual({ partBytes, count }));

type Question = Extract<AttachEvent, { t: 'large' | 'join' }>;

test.each([
  [{ id: '' }, 'id'],
  [{ id: 7 }, 'id'],
  [{ index: 1 }, 'no such output'],
  [{ index: -1 }, 'no such output'],
  [{ index: '0' }, 'no such output'],
  [{ name: '' }, 'no name for S3'],
  [{ name: 'ü'.repeat(513) }, 'no name for S3'],
  [{ bytes: 0 }, 'no size'],
  [{ bytes: 1.5 }, 'no size'],
  [{ bytes: 6 * 1024 * GIB }, 'larger than the 5 TiB that one object may have'],
  [{ t: 'join', etags: 5 }, 'no ETags'],
  [{}, undefined],
])('%j of a host is %s', (wrong, fault) => {
  const question = { t: 'large', id: '1', index: 0, name: 'model', bytes: 6 * GIB, ...wrong } as unknown as Question;
  expect(faultOf(question, 1)).toBe(fault);
});
