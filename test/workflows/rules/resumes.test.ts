import { countLost, gotPast, readResume } from '../../../workflows/rules/resumes';

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
    const began = {
      astray: 'the training began at step 1 or before, not at 600, where the checkpoint is that was restored',
    };
    expect(readResume({ ...at(600), firstStep: 1, earlier: 740 })).toEqual({ ...began, from: 0, lost: 740 });
    expect(readResume({ ...at(600), firstStep: 20, earlier: 740 })).toEqual({
      lost: 720,
      astray: expect.stringContaining('step 20 or before') as string,
    });
  });

  it('is not called elsewhere, where the step of a name and those of reports count different things', () => {
    expect(readResume({ ...at(60_000), firstStep: 4, earlier: 3 })).toEqual({});
  });

  it('is known only as "at most", when nothing says the step of the checkpoint', () => {
    expect(readResume({ ...at(null), firstStep: 620, earlier: 740 })).toEqual({ lost: 120 });
    expect(readResume({ ...at(null), firstStep: 1, earlier: 740 })).toEqual({ from: 0, lost: 740 });
  });

  it('is the beginning without a checkpoint: all is done again', () => {
    expect(readResume({ firstStep: 1, earlier: 740 })).toEqual({ lost: 740 });
    expect(readResume({ firstStep: 1 })).toEqual({});
    // It had a copy of its own.
    expect(readResume({ firstStep: 741, earlier: 740 })).toEqual({ lost: 0 });
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

describe('steps lost over all attempts', () => {
  const attempt = (number: number, more: object = {}) => ({ number, trained: true, ...more });

  it('are those that each attempt did again', () => {
    const attempts = [
      attempt(1, { lastStep: 740 }),
      attempt(2, { lastStep: 900, stepsLost: 140 }),
      attempt(3, { stepsLost: 60 }),
    ];
    expect(countLost(attempts)).toBe(200);
  });

  it('are counted once, when an attempt was lost before it had reported anything', () => {
    const attempts = [
      attempt(1, { lastStep: 740 }),
      attempt(2),
      { number: 3, trained: false },
      attempt(4, { stepsLost: 140 }),
    ];
    expect(countLost(attempts)).toBe(140);
  });

  it('are unknown while the newest has not reported, and nothing to speak of without steps or without a second attempt', () => {
    expect(countLost([attempt(1, { lastStep: 740 }), attempt(2)])).toBeNull();
    expect(countLost([attempt(1), attempt(2)])).toBeUndefined();
    expect(countLost([attempt(1, { lastStep: 740 }), { number: 2, trained: false }])).toBeUndefined();
  });
});
