import fc from 'fast-check';
import { contiguousEnd, segmentAt, segmentsOf } from '../../../client/logs/segments';
import { segmentName } from '../../../contract';

describe('segments', () => {
  it('reads ranges from names and leaves other objects out', () => {
    const keys = [
      `x/log/${segmentName(0, 10)}`,
      'x/log/readme',
      `x/log/${segmentName(10, 12)}`,
      `x/log/.${segmentName(1, 2)}`,
    ];
    expect(segmentsOf(keys).map(({ from, end }) => [from, end])).toEqual([
      [0, 10],
      [10, 12],
    ]);
  });

  it('takes the segment that reaches farthest', () => {
    const segments = segmentsOf([segmentName(0, 4), segmentName(0, 100), segmentName(4, 8)]);
    expect(segmentAt(segments, 4)?.end).toBe(100);
    expect(segmentAt(segments, 100)).toBeUndefined();
  });

  it('stops at a hole', () => {
    expect(contiguousEnd(segmentsOf([segmentName(0, 4), segmentName(5, 9)]), 0)).toBe(4);
  });

  it('covers whatever overlapping segments cover', () => {
    const cut = fc.array(fc.integer({ min: 1, max: 499 }), { maxLength: 20 });
    fc.assert(
      fc.property(
        cut,
        fc.array(fc.tuple(fc.nat(499), fc.integer({ min: 1, max: 500 })), { maxLength: 10 }),
        (cuts, extra) => {
          const edges = [0, ...new Set(cuts), 500].sort((a, b) => a - b);
          const keys = edges.slice(1).map((end, i) => segmentName(edges[i] ?? 0, end));
          for (const [from, end] of extra) if (end > from) keys.push(segmentName(from, end));
          expect(contiguousEnd(segmentsOf(keys), 0)).toBe(500);
        },
      ),
    );
  });
});
