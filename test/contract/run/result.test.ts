import { type AttemptStatus, type RunStatus, resultOf, stepsLostOf } from '../../../contract';
import { attempt as anAttempt, at, stage, view } from '../../client/support/status-fixture';

const attempt = (number: number, { trained = true, ...more }: Partial<AttemptStatus> & { trained?: boolean } = {}) =>
  anAttempt(number, { stages: [stage(trained ? 'train' : 'launch', 0, 0)], ...more });

const status = (more: Partial<RunStatus> = {}): RunStatus => view({ phase: 'ended', ...more });

const lost = (...attempts: AttemptStatus[]) => stepsLostOf({ attempts, attemptCount: attempts.length });

test('is made of the status of an ended run, and of no other', () => {
  const ended = status({
    outcome: 'failed',
    reason: 'exit 1',
    endedAt: at(41.267),
    attempts: [attempt(1, { lastStep: 7 }), attempt(2, { stepsLost: 3 })],
    interruptions: 1,
    costUsd: 0.1 + 0.2,
    finalStep: 9,
  });
  expect(resultOf(ended, 3)).toEqual({
    outcome: 'failed',
    reason: 'exit 1',
    run: 'digits-7k2f',
    attemptCount: 2,
    interruptions: 1,
    resumedFromStep: null,
    stepsLost: 3,
    finalStep: 9,
    costUsd: 0.3,
    leftovers: 3,
    seconds: 41.267,
  });
  expect(() => resultOf(status(), 0)).toThrow('has not ended');
});

describe('steps that are lost', () => {
  it('are those that each attempt did again', () => {
    expect(
      lost(attempt(1, { lastStep: 740 }), attempt(2, { lastStep: 900, stepsLost: 140 }), attempt(3, { stepsLost: 60 })),
    ).toBe(200);
  });

  it('are counted once, when an attempt was lost before it had reported anything', () => {
    const attempts = [attempt(1, { lastStep: 740 }), attempt(2), attempt(3, { trained: false })];
    expect(lost(...attempts, attempt(4, { stepsLost: 140 }))).toBe(140);
  });

  it('are unknown while the newest has not reported, and nothing to speak of without steps or without a second attempt', () => {
    expect(lost(attempt(1, { lastStep: 740 }), attempt(2))).toBeNull();
    expect(lost(attempt(1), attempt(2))).toBeUndefined();
    expect(lost(attempt(1, { lastStep: 740 }), attempt(2, { trained: false }))).toBeUndefined();
  });

  it('are unknown where the status has left attempts or stages out', () => {
    const kept = attempt(2, { stepsLost: 5 });
    expect(stepsLostOf({ attempts: [kept], attemptCount: 2 })).toBeNull();
    expect(lost(attempt(1, { stages: [], lastStep: 9 }), kept)).toBeNull();
    expect(stepsLostOf({ attempts: [], attemptCount: 1 })).toBeUndefined();
  });

  it('are unknown when one attempt reported where it is and that does not say it', () => {
    const before = attempt(1, { firstStep: 1, lastStep: 740 });
    const anew = attempt(2, { firstStep: 1, lastStep: 90 });
    expect(lost(before, anew)).toBeNull();
    expect(lost(before, anew, attempt(3, { firstStep: 601, stepsLost: 3 }))).toBeNull();
    // Nothing had been reported before it.
    expect(lost(attempt(1), anew, attempt(3, { firstStep: 91, stepsLost: 0 }))).toBe(0);
  });
});
