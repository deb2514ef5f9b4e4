import type { AttemptStatus, RunStatus } from '../../../../contract';
import type { Attempt } from '../../../../workflows/training-run/state/attempt';
import { stepBackWords, tellResumed } from '../../../../workflows/training-run/state/resumed';

const restored = (step: number | null) => ({ step, attempt: 1, number: 3, at: '2026-11-30T14:03:22.000Z', key: 'k' });

/** Tells, in order, where each attempt went on; answers with what their statuses say, and with the warnings. */
function told(...reports: Partial<AttemptStatus>[]) {
  const attempts = reports.map((status, i) => ({ number: i + 1, trained: true, status: { ...status } })) as Attempt[];
  const warnings: string[] = [];
  const status = {} as RunStatus;
  const run = { attempts: [] as Attempt[], status, warn: (text: string) => void warnings.push(text) };
  for (const attempt of attempts) {
    run.attempts.push(attempt);
    tellResumed(run, attempt);
  }
  return {
    said: attempts.map((a) => [a.status.resumedFromStep, a.status.stepsLost]),
    last: status.resumedFromStep,
    warnings,
  };
}

const FIRST = { firstStep: 1, lastStep: 740 };

describe('where attempts went on', () => {
  it('is known of those whose steps go on from each other', () => {
    const { said, last, warnings } = told(
      FIRST,
      { restored: restored(600), firstStep: 601, lastStep: 900 },
      { restored: restored(850), firstStep: 851, lastStep: 1000 },
    );
    expect(said).toEqual([
      [undefined, undefined],
      [600, 140],
      [850, 50],
    ]);
    expect([last, warnings]).toEqual([850, []]);
  });

  it('is unknown of one whose steps begin anew, and of all after it', () => {
    const { said, last, warnings } = told(
      FIRST,
      { restored: restored(600), firstStep: 1, lastStep: 90 },
      { restored: restored(80), firstStep: 81, lastStep: 120 },
      { firstStep: 1, lastStep: 20 },
    );
    expect(said.slice(1)).toEqual([
      [undefined, undefined],
      [undefined, undefined],
      [undefined, undefined],
    ]);
    expect(last).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(/^attempt 2: its first report is of step 1, and the checkpoint/)]);
  });

  it('is unknown after an attempt whose steps began anew while it ran', () => {
    const { said } = told({ ...FIRST, lastStep: 30, stepsAnew: true }, { restored: restored(50), firstStep: 51 });
    expect(said[1]).toEqual([undefined, undefined]);
  });

  it('is taken back when its own steps turn out to begin anew', () => {
    const status: Partial<AttemptStatus> = {
      restored: restored(600),
      firstStep: 601,
      resumedFromStep: 600,
      stepsLost: 140,
    };
    expect(told(FIRST, { ...status, stepsAnew: true }).said[1]).toEqual([undefined, undefined]);
  });
});

describe('a step back', () => {
  it('says of the training what its reports say', () => {
    const words = (status: object) => stepBackWords({ restored: restored(600), ...status }, 'exited 1');
    const before = 'exited 1 before it got past step 600, from which it was to resume';
    expect(words({})).toEqual({ failed: 'failed to resume from step 600', ended: before });
    expect(words({ firstStep: 600, lastStep: 600 }).ended).toBe(before);
  });

  it('and no more than they say, where they are below the checkpoint', () => {
    const { failed, ended } = stepBackWords({ restored: restored(600), firstStep: 1, lastStep: 90 }, 'exited 1');
    expect(failed).toBe('is not known to have resumed from step 600');
    expect(ended).toMatch(/^exited 1 at step 90 by its own count, and saved nothing: it is not known to have got past/);
  });
});
