import { type ListedCheckpoint, type TracedCheckpoint, traceResumes } from '../../../client';
import { choose } from '../../../client/cli/commands/checkpoints/get';
import { checkpointRow } from '../../../client/cli/commands/checkpoints/list';
import { attempt } from '../support/status-fixture';

const AT = '2026-11-30T14:03:22.123Z';
const ref = (of: number, number: number, step: number | null = null) => ({
  attempt: of,
  number,
  step,
  at: AT,
  bytes: 2048,
  key: `runs/k/a/${of}/0/checkpoints/${String(number).padStart(12, '0')}/manifest.json`,
});
const whole = (...args: Parameters<typeof ref>): ListedCheckpoint => ({ ...ref(...args), state: 'whole' });

const rows = (found: TracedCheckpoint[]): string[] => found.map((one) => checkpointRow(one).join(' | '));

it('says of each checkpoint who resumed from it, and with what end', () => {
  const listed = [
    { ...whole(4, 1, 900), leftOut: ["'pipe': a fifo, left out"] },
    { ...whole(1, 4), state: 'suspect' as const, why: 'w was open' },
    whole(1, 3, 600),
  ];
  const attempts = [
    attempt(1, { ended: 'interrupted', lastStep: 740 }),
    attempt(2, { restored: ref(1, 3, 600), ended: 'interrupted' }),
    attempt(3, { restored: ref(1, 3, 600), ended: 'failed', failedToResume: true }),
    attempt(4, { restored: ref(1, 2, 450), ended: 'failed', firstStep: 451, lastStep: 930 }),
    attempt(5, { restored: ref(4, 1, 900) }),
  ];
  expect(rows(traceResumes(listed, attempts))).toEqual([
    "4 | 1 | 900 | 2026-11-30 14:03:22 | 2.0 KB | whole; not as it was: 'pipe': a fifo, left out; attempt 5 resumed from it",
    '1 | 4 | - | 2026-11-30 14:03:22 | 2.0 KB | suspect: w was open',
    '1 | 3 | 600 | 2026-11-30 14:03:22 | 2.0 KB | whole; attempt 2 resumed from it and was interrupted; attempt 3 failed to resume from it',
    '1 | 2 | 450 | 2026-11-30 14:03:22 | 2.0 KB | removed; attempt 4 resumed from it and went on to step 930',
  ]);
});

it('goes by checkpoints of its own, where nothing was reported', () => {
  const end = (more: object) =>
    traceResumes([whole(1, 1)], [attempt(2, { restored: ref(1, 1), lastCheckpoint: ref(1, 1), ...more })])[0]
      ?.resumedBy;
  expect(end({ ended: 'interrupted' })).toEqual([{ attempt: 2, end: 'interrupted' }]);
  expect(end({ ended: 'interrupted', lastCheckpoint: ref(2, 1) })).toEqual([{ attempt: 2, end: 'went-on' }]);
  expect(end({ ended: 'succeeded' })).toEqual([{ attempt: 2, end: 'went-on' }]);
});

it('names no step that is below that of the checkpoint: its training counts anew', () => {
  const restored = { restored: ref(1, 1, 600), ended: 'failed' as const, firstStep: 1, lastStep: 90 };
  expect(traceResumes([whole(1, 1, 600)], [attempt(2, restored)])[0]?.resumedBy).toEqual([
    { attempt: 2, end: 'went-on' },
  ]);
});

it('chooses the newest whole one that is meant, one that failed to resume after it, and a suspect one last', () => {
  const failed = [attempt(2, { restored: ref(1, 3), failedToResume: true })];
  const suspect: ListedCheckpoint = { ...whole(2, 1), state: 'suspect', why: 'w was open' };
  const damaged: ListedCheckpoint = { ...whole(2, 2, 5), state: 'damaged', why: 'gone' };
  const all = [damaged, suspect, whole(1, 3, 30), whole(1, 2, 20)];
  const chosen = (listed: ListedCheckpoint[], wanted: object = {}) => {
    const one = choose(traceResumes(listed, failed), wanted);
    return one && [one.attempt, one.number];
  };
  expect(chosen(all)).toEqual([1, 2]);
  expect(chosen([damaged, suspect, whole(1, 3, 30)])).toEqual([1, 3]);
  expect(chosen([damaged, suspect])).toEqual([2, 1]);
  expect(chosen(all, { step: 30 })).toEqual([1, 3]);
  expect(chosen(all, { attempt: 2 })).toEqual([2, 1]);
  expect(chosen(all, { attempt: 1, number: 3 })).toEqual([1, 3]);
  expect(chosen(all, { step: 5 })).toBeUndefined();
});
