import { budgetWarning, deadlineWarning, limitsBefore, span } from '../../../workflows/rules/foresight';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const now = Date.parse('2026-11-30T12:00:00Z');
const never = Number.POSITIVE_INFINITY;
const at = (hours: number): number => now + hours * HOUR;

test.each([
  ['no limit', { eta: at(5), deadline: never, spentAt: never }, [false, false]],
  ['the end before both', { eta: at(5), deadline: at(6), spentAt: at(7) }, [false, false]],
  ['a deadline before it', { eta: at(5), deadline: at(3), spentAt: at(7) }, [true, false]],
  ['a budget before it', { eta: at(5), deadline: at(6), spentAt: at(2) }, [false, true]],
  ['both before it', { eta: at(5), deadline: at(3), spentAt: at(2) }, [true, true]],
  ['a limit that comes a hair before it', { eta: at(5), deadline: at(4.8), spentAt: never }, [false, false]],
  ['an end that was to be before now', { eta: at(-1), deadline: at(-2), spentAt: at(-2) }, [false, false]],
])('%s', (_, prospect, [deadline, budget]) => {
  expect(limitsBefore({ now, ...prospect })).toEqual({ deadline, budget });
});

test('the warnings say both moments, how far they are apart, and what helps', () => {
  const prospect = { now, eta: at(5), deadline: at(3), spentAt: at(4.5) };
  expect(deadlineWarning('digits-1', prospect)).toBe(
    'at its present pace the training ends at 2026-11-30T17:00:00.000Z; the deadline comes 2 h before that, at 2026-11-30T15:00:00.000Z (more: trainctl extend digits-1 --duration +3h)',
  );
  expect(budgetWarning('digits-1', prospect, '$5.00')).toContain(
    'limits.maxCostUsd ($5.00) is spent 30 min before that, at 2026-11-30T16:30:00.000Z',
  );
});

test.each([
  [45_000, '45 s'],
  [20 * MINUTE, '20 min'],
  [2 * HOUR, '2 h'],
  [2 * HOUR + 5 * MINUTE, '2 h 5 min'],
  [76 * HOUR, '3 d 4 h'],
])('%d ms are %s', (ms, words) => expect(span(ms)).toBe(words));
