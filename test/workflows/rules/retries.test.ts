import fc from 'fast-check';
import type { RetrySpec } from '../../../contract';
import type { AttemptEnd } from '../../../workflows/rules/endings';
import { FREE_RESTARTS, judge, LONGEST_WAIT, spentBy } from '../../../workflows/rules/retries';

const retryOf = (patch: Partial<RetrySpec> = {}): RetrySpec => ({
  interruptions: 2,
  failures: 1,
  exitCodes: [75],
  ...patch,
});
const failed = (exitCode?: number): AttemptEnd => ({
  kind: 'failed',
  reason: `exited ${exitCode}`,
  restartable: true,
  ...(exitCode === undefined ? {} : { exitCode }),
});
const ended = (kind: 'succeeded' | 'interrupted' | 'unreachable' | 'stopped' | 'not-started'): AttemptEnd => ({
  kind,
  reason: kind,
});

const anyEnd = fc.oneof(
  fc.constantFrom('interrupted' as const, 'unreachable' as const, 'not-started' as const).map(ended),
  fc.constantFrom(1, 2, 75, undefined).map(failed),
);
const anyRetry = fc.record({
  interruptions: fc.nat(5),
  failures: fc.nat(5),
  exitCodes: fc.subarray([1, 75]),
});

/** Plays ends one after another, as a run does, until one is final. */
function play(ends: AttemptEnd[], retry: RetrySpec): { played: AttemptEnd[]; final?: string } {
  const played: AttemptEnd[] = [];
  for (const end of ends) {
    played.push(end);
    const judgement = judge(end, spentBy(played, retry), retry);
    if (!judgement.again) return { played, final: judgement.outcome };
  }
  return { played };
}

it('keeps the two budgets apart', () => {
  fc.assert(
    fc.property(fc.array(anyEnd, { maxLength: 60 }), anyRetry, (ends, retry) => {
      const { played, final } = play(ends, retry);
      const spent = spentBy(played, retry);
      if (final === 'failed') expect(spent.failures).toBe(retry.failures + 1);
      else expect(spent.failures).toBeLessThanOrEqual(retry.failures);
      if (final === 'interrupted' || final === 'unreachable') expect(spent.interruptions).toBe(retry.interruptions + 1);
      else expect(spent.interruptions).toBeLessThanOrEqual(retry.interruptions);
    }),
  );
});

it('accounts for every attempt that was started, once', () => {
  fc.assert(
    fc.property(fc.array(anyEnd, { maxLength: 60 }), anyRetry, (ends, retry) => {
      const { interruptions, failures, freeRestarts } = spentBy(ends, retry);
      expect(interruptions + failures + freeRestarts).toBe(ends.filter((e) => e.kind !== 'not-started').length);
      expect(freeRestarts).toBeLessThanOrEqual(FREE_RESTARTS);
    }),
  );
});

it('restarts listed exit codes for free, but not for ever', () => {
  const retry = retryOf({ failures: 0 });
  const many = Array.from({ length: FREE_RESTARTS }, () => failed(75));
  expect(play(many, retry).final).toBeUndefined();
  expect(play([...many, failed(75)], retry).final).toBe('failed');
});

it('waits longer after each failure, never longer than five minutes', () => {
  const retry = retryOf({ failures: 100 });
  const waits = [1, 2, 3, 7, 50].map((n) => {
    const judgement = judge(failed(1), spentBy(Array(n).fill(failed(1)), retry), retry);
    return judgement.again ? judgement.afterSeconds : -1;
  });
  expect(waits).toEqual([5, 10, 20, LONGEST_WAIT, LONGEST_WAIT]);
});

it('goes on at once after an interruption', () => {
  expect(judge(ended('interrupted'), spentBy([ended('interrupted')], retryOf()), retryOf())).toEqual({
    again: true,
    afterSeconds: 0,
  });
});

it('never tries a failed preparation again', () => {
  const end: AttemptEnd = {
    kind: 'failed',
    reason: 'pip failed',
    restartable: false,
    tail: 'no matching distribution',
  };
  const retry = retryOf({ failures: 9 });
  expect(judge(end, spentBy([end], retry), retry)).toEqual({
    again: false,
    outcome: 'failed',
    reason: 'pip failed',
    tail: 'no matching distribution',
  });
});

it('says which budget is used up', () => {
  const retry = retryOf({ interruptions: 0 });
  expect(judge(ended('interrupted'), spentBy([ended('interrupted')], retry), retry)).toMatchObject({
    outcome: 'interrupted',
    reason: 'interrupted; that was interruption 1, and retry.interruptions allows 0',
  });
});
