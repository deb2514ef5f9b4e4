import { roundOf } from './plan';

describe('a round', () => {
  it('follows from seed and number alone', () => {
    expect(roundOf(7, 3)).toEqual(roundOf(7, 3));
    expect(roundOf(7, 4)).not.toEqual({ ...roundOf(7, 3), id: roundOf(7, 4).id });
    expect(roundOf(8, 3)).not.toEqual({ ...roundOf(7, 3), id: roundOf(8, 3).id });
  });

  it('kills one to four times, in order, and allows what its story does', () => {
    for (let n = 0; n < 200; n += 1) {
      const { kills, story, allowed, attempts } = roundOf(1, n);
      expect(kills.length).toBeGreaterThanOrEqual(1);
      expect(kills.length).toBeLessThanOrEqual(4);
      expect(kills).toEqual([...kills].sort((a, b) => a - b));
      expect(allowed.includes('cancelled')).toBe(story === 'cancelled');
      expect(attempts).toBe(story === 'notice' || story === 'lost' ? 2 : 1);
    }
  });
});
