import { resumedWords } from '../../../../client/cli/watch/resumed-words';

const checkpoint = { step: 600, attempt: 1, number: 3, at: '2026-11-30T14:03:22.123Z', key: 'k' };
const words = (more: object) => resumedWords({ event: 'resumed', attempt: 2, firstStep: 620, ...more });

it('says from where a training went on, by what it reported', () => {
  expect(words({ step: 600, lost: 140, checkpoint })).toBe('from step 600 · 140 steps lost');
  expect(words({ step: 600, checkpoint })).toBe('from step 600');
  expect(words({ firstStep: 450, lost: 290, checkpoint })).toBe(
    'not from step 600: its first report is of step 450 · 290 steps lost',
  );
  expect(words({ firstStep: 20, checkpoint })).toBe(
    'from where is unknown: its first report is of step 20, its checkpoint is of step 600 · steps lost unknown',
  );
  expect(words({ checkpoint })).toBe('from step 600: its first report is of step 620 · steps lost unknown');
  expect(words({ lost: 120, checkpoint: { ...checkpoint, step: null } })).toBe(
    'from checkpoint 3 of attempt 1, 14:03:22: its first report is of step 620 · 120 steps lost',
  );
  expect(words({ firstStep: 1, lost: 740 })).toBe('from the beginning · 740 steps lost');
});
