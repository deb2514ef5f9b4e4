import type { CheckpointRef, SuperviseResult } from '../../contract';

/** What is known of an attempt that may have gone on from a checkpoint. */
export interface Resume {
  /** What was put in place for it; absent: nothing, it began at the beginning. */
  restored?: Pick<CheckpointRef, 'step' | 'stepEvery'> | undefined;
  /** The first step that its training reported. */
  firstStep?: number | undefined;
  /** The last step that an attempt before it reported. */
  earlier?: number | undefined;
  /** The first step that a training reported which began at the beginning. */
  beginning?: number | undefined;
  /** The steps of this attempt, or of one before it, were counted anew while it ran, or from its start: none can be compared. */
  anew?: boolean | undefined;
}

export interface Resumed {
  /** The step that it really went on from; undefined: its reports do not say one. */
  from?: number;
  /** Steps that had been reported and were done again; undefined: unknown, or nothing had been reported. */
  lost?: number;
  /** What people should know: its reports do not go on where its checkpoint is. */
  astray?: string;
}

/**
 * Where an attempt really went on, by the first step that it reported. A first step at or past that of its checkpoint bears the
 * checkpoint out; where reports came so many steps apart, the training went on no more than that before the first of them. One before
 * it does not: the training began no later than there. One like those of a beginning says nothing: the script may have begun there, or
 * have gone on and count its steps anew. Undefined until something is reported.
 */
export function readResume(resume: Resume): Resumed | undefined {
  const { restored, firstStep, earlier } = resume;
  if (firstStep === undefined) return undefined;
  if (resume.anew) return {};
  if (!restored) return withLost({}, isBeginning(resume) ? 0 : firstStep, earlier);
  const { step, stepEvery } = restored;
  if (typeof step === 'number' && firstStep >= step) {
    const from = stepEvery === undefined ? step : Math.max(step, firstStep - stepEvery);
    return withLost({ from }, from, earlier);
  }
  // A step in a name may count something else than the reports do.
  if (typeof step === 'number' && step > (earlier ?? step) && !beginsAnew(resume)) return {};
  if (isBeginning(resume)) {
    const which = typeof step === 'number' ? `is of step ${step}` : 'says no step';
    return {
      astray: `its first report is of step ${firstStep}, and the checkpoint that was restored ${which}: it began at the beginning, or counts its steps anew at each start; how many were lost is unknown`,
    };
  }
  if (typeof step !== 'number') return withLost({}, firstStep, earlier);
  const astray = `the training began at step ${firstStep} or before, not at ${step}, where the checkpoint is that was restored`;
  return withLost({ astray }, firstStep, earlier);
}

/** It was given a checkpoint, and its reports begin like those of a training that was given none. */
export function beginsAnew(resume: Resume): boolean {
  const { restored, firstStep = 0 } = resume;
  return restored !== undefined && isBeginning(resume) && (restored.step ?? Number.POSITIVE_INFINITY) > firstStep;
}

/** Reports that are made by time begin now with this step, now with that. */
const ABOUT = 10;

/** Its first report may be that of a training which begins at the beginning; one past all that was reported is none. */
const isBeginning = ({ firstStep, beginning = 1, earlier }: Resume): boolean =>
  firstStep !== undefined &&
  firstStep <= ABOUT * Math.max(1, beginning) &&
  (firstStep <= beginning || earlier === undefined || firstStep <= earlier);

function withLost(resumed: Resumed, from: number, earlier: number | undefined): Resumed {
  return earlier === undefined ? resumed : { ...resumed, lost: Math.max(0, earlier - from) };
}

/**
 * Whether a training that ended by itself had got past where it began: it reported a step above that of its checkpoint; or, where
 * no reports say so (none are made, or they show that it did not begin at its checkpoint), it went on and had a whole checkpoint
 * of its own.
 */
export function gotPast(
  { restored, firstStep, earlier, anew }: Resume,
  { lastStep, savedWhileRunning: saved = false }: Pick<SuperviseResult, 'lastStep' | 'savedWhileRunning'>,
): boolean {
  const step = restored?.step ?? undefined;
  if (lastStep === undefined) return saved;
  const wentOn = firstStep !== undefined && lastStep > firstStep;
  const comparable =
    step !== undefined && !anew && !(earlier !== undefined && step > earlier && (firstStep ?? lastStep) < step);
  if (!comparable) return saved || wentOn;
  return lastStep > step || (saved && wentOn && firstStep < step);
}
