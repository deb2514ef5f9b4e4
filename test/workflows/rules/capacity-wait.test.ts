import fc from 'fast-check';
import { capacityWait, EVENTS_FOR_WAITING, FIRST_WAIT, LONGEST_WAIT } from '../../../workflows/rules/capacity-wait';

/** All waits of a run that nobody gives an instance, and how long its history is then: six events a try, five a wait. */
function waits(allowed: number, placements: number, began = 20): { waits: number[]; events: number } {
  const waited: number[] = [];
  let historyLength = began + placements * 6;
  for (let left = allowed; ; ) {
    const seconds = capacityWait({ rounds: waited.length, left, placements, historyLength });
    if (seconds <= 0) return { waits: waited, events: historyLength };
    waited.push(seconds);
    left -= seconds;
    historyLength += placements * 6 + 5;
  }
}

it('doubles from 15 s to 5 min, and the last is what is left', () => {
  expect(waits(1000, 2).waits).toEqual([15, 30, 60, 120, 240, 300, 235]);
});

it('keeps to 5 min through a day with the placements of one type', () => {
  expect(Math.max(...waits(86_400, 4).waits)).toBe(LONGEST_WAIT);
});

it('fits any wait for any number of placements into the history, uses all of the time, and never waits for nothing', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 * 86_400 }),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 10, max: 5_000 }),
      (allowed, placements, began) => {
        const { waits: list, events } = waits(allowed, placements, began);
        expect(list.reduce((sum, seconds) => sum + seconds, 0)).toBe(allowed);
        // The first waits are short whatever the number of placements.
        expect(events).toBeLessThan(EVENTS_FOR_WAITING + began + 8 * (placements * 6 + 5));
        for (const [i, seconds] of list.entries()) {
          expect(seconds).toBeGreaterThan(0);
          if (i < list.length - 1) expect(seconds).toBeGreaterThanOrEqual(FIRST_WAIT);
        }
      },
    ),
  );
});
