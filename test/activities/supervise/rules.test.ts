import fc from 'fast-check';
import { HostDeadline } from '../../../activities/supervise/deadline';
import { Epochs } from '../../../activities/supervise/epoch';
import { leaseUntil, renewalMs } from '../../../activities/supervise/lease';
import { connectSeconds, isUnreachable, reconnectDelay, settlingMs } from '../../../activities/supervise/reconnect';
import { readDetails } from '../../../activities/supervise/view';

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

test('waits between reconnects double from 0.2 s to 5 s', () => {
  const waits = [0, 1, 2, 3, 4, 5, 60].map((tries) => reconnectDelay(tries, () => 0.5));
  expect(waits).toEqual([200, 400, 800, 1600, 3200, 5000, 5000]);
  expect(reconnectDelay(9, () => 0)).toBe(4500);
});

test('silence counts only past the limit, and after several tries', () => {
  expect(isUnreachable({ silentMs: 600_001, tries: 9, limitSeconds: 600 })).toBe(true);
  expect(isUnreachable({ silentMs: 600_000, tries: 9, limitSeconds: 600 })).toBe(false);
  expect(isUnreachable({ silentMs: 8 * 3600_000, tries: 1, limitSeconds: 600 })).toBe(false);
});

test('a link that flaps all day is reported some tens of times', () => {
  let time = 0;
  let reports = 0;
  while (time < 24 * 3600_000) {
    time += Math.max(10_000, settlingMs(reports));
    reports += 1;
  }
  expect(settlingMs(0)).toBe(1500);
  expect(reports).toBeLessThan(350);
});

test('several tries to connect fit into a short limit', () => {
  expect([1, 5, 20, 600].map(connectSeconds)).toEqual([2, 2, 5, 10]);
});

test('the lease is renewed at a quarter, at least each minute, and never reaches past the deadline', () => {
  expect(renewalMs(1800)).toBe(60_000);
  expect(renewalMs(60)).toBe(15_000);
  expect(leaseUntil(1_000_000, 1800, 9_999)).toBe(2800);
  expect(leaseUntil(1_000_000, 1800, 1500)).toBe(1500);
});

test('the host deadline follows an extension, and keeps the last known one when the run does not answer', async () => {
  const answers = ['1970-01-01T01:00:00Z', undefined, '1970-01-01T00:10:00Z', 'nonsense'];
  const deadline = new HostDeadline(1000, 30, async () => {
    const next = answers.shift();
    if (next === undefined) throw new Error('no worker answers');
    return next;
  });
  expect(await deadline.now()).toBe(3630);
  expect(await deadline.now()).toBe(3630);
  expect(await deadline.now()).toBe(3630);
  expect(await deadline.now()).toBe(3630);
  expect(await deadline.now()).toBe(3630);
});

test('heartbeat details of somebody else are none', () => {
  for (const strange of [undefined, null, 7, 'x', {}, { epoch: '1' }]) expect(readDetails(strange)).toBeUndefined();
  expect(readDetails({ epoch: 1, heardAt: 2 })).toEqual({
    epoch: 1,
    heardAt: 2,
    logBytes: 0,
    step: null,
    checkpoint: null,
    notice: null,
  });
});
