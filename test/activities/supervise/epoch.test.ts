import fc from 'fast-check';
import { Epochs } from '../../../activities/supervise/epoch';

test('epochs only rise: within a try, from try to try, after a reset, and when the clock was set back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ at: fc.integer({ min: 1, max: 1e12 }), attachments: fc.integer({ min: 1, max: 50 }) })),
      (tries) => {
        let last = 0;
        for (const { at, attachments } of tries) {
          const epochs = new Epochs(at, last);
          for (let i = 0; i < attachments; i += 1) {
            const next = epochs.next();
            expect(next).toBeGreaterThan(last);
            last = next;
          }
        }
      },
    ),
  );
  expect(new Epochs(Date.UTC(2100, 0)).next()).toBeLessThan(Number.MAX_SAFE_INTEGER);
});

test('a try that was scheduled later is higher, though no heartbeat of the one before arrived', () => {
  const before = new Epochs(1_700_000_000_000);
  for (let i = 0; i < 900; i += 1) before.next();
  expect(new Epochs(1_700_000_000_001).next()).toBeGreaterThan(before.next());
});
