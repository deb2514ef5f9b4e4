import { cutAt, deadlineBefore, type Timeouts } from '../../../workflows/rules/timeouts';

const HOUR = 3_600_000;
const startedAt = 1_000_000;

it.each<[string, Partial<Timeouts>, number]>([
  ['without a timeout', {}, Number.POSITIVE_INFINITY],
  ['where Temporal says none as 0', { runTimeoutMs: 0, executionTimeoutMs: 0 }, Number.POSITIVE_INFINITY],
  ['of the run', { runTimeoutMs: HOUR }, startedAt + HOUR],
  ['of the execution', { executionTimeoutMs: 2 * HOUR }, startedAt + 2 * HOUR],
  ['of both: the first', { runTimeoutMs: 3 * HOUR, executionTimeoutMs: 2 * HOUR }, startedAt + 2 * HOUR],
  [
    'of an execution that began with an earlier run',
    { executionTimeoutMs: 2 * HOUR, expiresAt: new Date(startedAt + HOUR) },
    startedAt + HOUR,
  ],
])('Temporal ends a workflow %s', (_, timeouts, at) => {
  expect(cutAt({ startedAt, ...timeouts })).toBe(at);
});

it('a run ends early enough for its last uploads and its undo; a short one has half of its time', () => {
  expect(startedAt + HOUR - deadlineBefore(startedAt + HOUR, startedAt, 60)).toBe(210_000 + HOUR / 10);
  expect(startedAt + 100 * HOUR - deadlineBefore(startedAt + 100 * HOUR, startedAt, 60)).toBe(210_000 + 900_000);
  expect(deadlineBefore(startedAt + 120_000, startedAt, 60)).toBe(startedAt + 60_000);
});
