import { beginsAnew, gotPast, readResume } from '../../../workflows/rules/resumes';

const at = (step: number | null) => ({ restored: { step } });

describe('where an attempt really went on', () => {
  it('is not known until its training reports a step', () => {
    expect(readResume({ ...at(600), earlier: 740 })).toBeUndefined();
  });

  it('is where its checkpoint is, when the first report bears that out', () => {
    expect(readResume({ ...at(600), firstStep: 620, earlier: 740 })).toEqual({ from: 600, lost: 140 });
    expect(readResume({ ...at(600), firstStep: 600, earlier: 600 })).toEqual({ from: 600, lost: 0 });
    // What was reported last may be older than the checkpoint.
    expect(readResume({ ...at(600), firstStep: 601, earlier: 580 })).toEqual({ from: 600, lost: 0 });
    expect(readResume({ ...at(600), firstStep: 601 })).toEqual({ from: 600 });
  });

  it('is one report before the first one, when the checkpoint has its step from reports', () => {
    const from = (step: number, stepEvery: number, firstStep: number) =>
      readResume({ restored: { step, stepEvery }, firstStep, earlier: 740 });
    expect(from(22, 1, 26)).toEqual({ from: 25, lost: 715 });
    expect(from(600, 20, 620)).toEqual({ from: 600, lost: 140 });
    expect(from(600, 50, 620)).toEqual({ from: 600, lost: 140 });
  });

  it('is elsewhere, when the first report is of an earlier step', () => {
    for (const firstStep of [450, 599]) {
      const astray = `the training began at step ${firstStep} or before, not at 600, where the checkpoint is that was restored`;
      expect(readResume({ ...at(600), firstStep, earlier: 740 })).toEqual({ lost: 740 - firstStep, astray });
    }
  });

  it('is not known when that is one of a beginning: it began there, or counts its steps anew', () => {
    // Reports of each step, every 20 steps, and by time.
    for (const [firstStep, beginning] of [
      [0, 0],
      [1, 1],
      [0, 1],
      [20, 20],
      [17, 13],
    ] as const) {
      const said = readResume({ ...at(600), firstStep, beginning, earlier: 740 });
      expect(said).toEqual({
        astray: expect.stringMatching(`of step ${firstStep}, and .* is of step 600: .* unknown`),
      });
    }
    // What was reported last may be older than the checkpoint.
    expect(readResume({ ...at(600), firstStep: 1, earlier: 580 })).toEqual({
      astray: expect.stringContaining('unknown'),
    });
  });

  it('is not called elsewhere, where the step of a name and those of reports count different things', () => {
    expect(readResume({ ...at(60_000), firstStep: 4, earlier: 3 })).toEqual({});
  });

  it('is known only as "at most", when nothing says the step of the checkpoint', () => {
    expect(readResume({ ...at(null), firstStep: 620, earlier: 740 })).toEqual({ lost: 120 });
    // Reports that come every 20 steps, and some that come by time.
    for (const [firstStep, beginning] of [
      [1, 1],
      [0, 0],
      [20, 20],
      [17, 13],
    ] as const) {
      const said = readResume({ ...at(null), firstStep, beginning, earlier: 740 });
      expect(said).toEqual({ astray: expect.stringMatching('says no step: .* unknown') });
    }
  });

  it('is the beginning without a checkpoint: all is done again', () => {
    expect(readResume({ firstStep: 1, earlier: 740 })).toEqual({ lost: 740 });
    expect(readResume({ firstStep: 1 })).toEqual({});
    expect(readResume({ firstStep: 20, beginning: 20, earlier: 740 })).toEqual({ lost: 740 });
    // It had a copy of its own.
    expect(readResume({ firstStep: 741, earlier: 740 })).toEqual({ lost: 0 });
    expect(readResume({ firstStep: 6, beginning: 1, earlier: 5 })).toEqual({ lost: 0 });
    expect(readResume({ ...at(null), firstStep: 6, beginning: 1, earlier: 5 })).toEqual({ lost: 0 });
  });
});

describe('steps that are counted anew', () => {
  it('say nothing of where an attempt went on, once they were, whatever it reports', () => {
    for (const restored of [at(50), at(null), {}])
      for (const firstStep of [0, 51, 620]) {
        expect(readResume({ ...restored, firstStep, earlier: 30, anew: true })).toEqual({});
      }
  });

  it('are those of an attempt that was given a checkpoint and begins as one that was given none', () => {
    const begins = (restored: object, firstStep: number, more: object = {}) =>
      beginsAnew({ ...restored, firstStep, earlier: 740, ...more });
    expect(begins(at(600), 1)).toBe(true);
    expect(begins(at(600), 20, { beginning: 20 })).toBe(true);
    expect(begins(at(null), 0)).toBe(true);
    // A copy of its own, a checkpoint of the first step, none at all, and a name that counts something else.
    expect(begins(at(600), 450)).toBe(false);
    expect(begins(at(1), 1)).toBe(false);
    expect(begins({}, 1)).toBe(false);
    expect(begins(at(60_000), 4, { earlier: 3 })).toBe(false);
  });

  it('are no reason to call a failed resume one, if the training went on', () => {
    expect(gotPast({ ...at(99), firstStep: 1, earlier: 40, anew: true }, { lastStep: 20 })).toBe(true);
    expect(gotPast({ ...at(99), firstStep: 1, earlier: 40, anew: true }, { lastStep: 1 })).toBe(false);
  });
});

it('a name that counts saves or epochs is corrected by the reports: they came so many steps apart', () => {
  expect(readResume({ restored: { step: 5, stepEvery: 20 }, firstStep: 601, earlier: 740 })).toEqual({
    from: 581,
    lost: 159,
  });
});

describe('whether a training got past where it began', () => {
  it('goes by the steps that it reported', () => {
    expect(gotPast({ ...at(600), firstStep: 620, earlier: 740 }, { lastStep: 640 })).toBe(true);
    expect(gotPast({ ...at(600), firstStep: 600, earlier: 740 }, { lastStep: 600 })).toBe(false);
    expect(gotPast({ ...at(600), firstStep: 600, earlier: 740 }, { lastStep: 600, savedWhileRunning: true })).toBe(
      false,
    );
    expect(gotPast({ ...at(600), firstStep: 1, earlier: 740 }, { lastStep: 90 })).toBe(false);
  });

  it('goes by a checkpoint of its own, where nothing was reported, or where it began elsewhere', () => {
    for (const restored of [at(600), at(null), {}]) {
      expect(gotPast(restored, {})).toBe(false);
      expect(gotPast(restored, { savedWhileRunning: true })).toBe(true);
    }
    expect(gotPast({ ...at(600), firstStep: 1, earlier: 740 }, { lastStep: 90, savedWhileRunning: true })).toBe(true);
  });

  it('goes by having gone on, where steps cannot be compared', () => {
    expect(gotPast({ ...at(null), firstStep: 620 }, { lastStep: 640 })).toBe(true);
    expect(gotPast({ ...at(null), firstStep: 620 }, { lastStep: 620 })).toBe(false);
    expect(gotPast({ ...at(60_000), firstStep: 4, earlier: 3 }, { lastStep: 5 })).toBe(true);
  });
});
