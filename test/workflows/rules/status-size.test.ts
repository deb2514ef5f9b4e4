import fc from 'fast-check';
import type { AttemptStatus, RunStatus } from '../../../contract';
import { fitStatus, STATUS_BYTES } from '../../../workflows/rules/status-size';
import { placementOf } from '../../support/fake-world';

const attemptOf = (number: number, words: string, tries: number): AttemptStatus => ({
  number,
  placement: placementOf(),
  tries: Array.from({ length: tries }, (_, i) => ({ try: i + 1, placement: placementOf(), message: words, at: 'now' })),
  stages: [{ name: 'train', state: 'done', startedAt: 'now', detail: words }],
  reason: words,
  costUsd: 0,
});

const statusOf = (attempts: AttemptStatus[]): RunStatus => ({
  run: 'r',
  runKey: 'k',
  name: 'n',
  project: 'p',
  installation: 'i',
  cloud: 'local',
  region: 'us-east-1',
  bucket: 'b',
  prefix: '',
  phase: 'training',
  startedAt: 'now',
  costUsd: 0,
  onDemandUsd: 0,
  attemptCount: attempts.length,
  interruptions: 0,
  failures: 0,
  attempts,
});

it('leaves a small status alone', () => {
  const status = statusOf([attemptOf(1, 'short', 2)]);
  expect(fitStatus(status)).toBe(status);
});

it('fits whatever happened, and keeps the newest attempts', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: 12 }),
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      (n, tries, words) => {
        const status = statusOf(Array.from({ length: n }, (_, i) => attemptOf(i + 1, words, tries)));
        const fitted = fitStatus(status);
        expect(Buffer.byteLength(JSON.stringify(fitted))).toBeLessThanOrEqual(STATUS_BYTES);
        expect(fitted.attempts.at(-1)?.number).toBe(n);
        expect(fitted.attemptCount).toBe(n);
      },
    ),
    { numRuns: 60 },
  );
});
