import type { CheckpointRef, SuperviseResult } from '../../contract';

/** What is known of an attempt that may have gone on from a checkpoint. */
export interface Resume {
  /** What was put in place for it; absent: nothing, it began at the beginning. */
  restored?: Pick<CheckpointRef, 'step' | 'stepEvery'> | undefined;
  /** The first step that its training reported. */
  firstStep?: number | undefined;
  /** The last step that an attempt before it reported. */
  earlier?: number | undefined;
}

export interface Resumed {
  /** The step that it really went on from; undefined: its reports do not say one. */
  from?: number;
  /** Steps that had been reported and were done again. */
  lost?: number;
  /** What people should know: it did not go on where its checkpoint is. */
  astray?: string;
}

/**
 * Where an attempt really went on, by the first step that it reported. A first step at or past that of its checkpoint bears the
 * checkpoint out; where that had its step from reports that came so many steps apart, the training went on so many before it. One before it does not: the training began no later than there. Undefined until something is reported.
 */
export function readResume({ restored, firstStep, earlier }: Resume): Resumed | undefined {
  if (firstStep === undefined) return undefined;
  const step = restored?.step;
  if (typeof step === 'number' && firstStep >= step) {
    const from = restored?.stepEvery === undefined ? step : Math.max(step, firstStep - restored.stepEvery);
    return withLost({ from }, from, earlier);
  }
  // Without a checkpoint, or with one that says no step. It may have had a copy of its own: then nothing is said.
  const latest = firstStep <= 1 ? 0 : firstStep;
  const atMost = firstStep <= 1 ? { from: 0 } : {};
  if (typeof step !== 'number') return withLost(restored ? atMost : {}, latest, earlier);
  // A step in a name may count something else than the reports do.
  if (earlier !== undefined && step > earlier) return {};
  const astray = `the training began at step ${firstStep} or before, not at ${step}, where the checkpoint is that was restored`;
  return withLost({ ...atMost, astray }, latest, earlier);
}

function withLost(resumed: Resumed, from: number, earlier: number | undefined): Resumed {
  return earlier === undefined ? resumed : { ...resumed, lost: Math.max(0, earlier - from) };
}

/**
 * Whether a training that ended by itself had got past where it began: it reported a step above that of its checkpoint; or, where
 * no reports say so (none are made, or they show that it did not begin at its checkpoint), it went on and had a whole checkpoint
 * of its own.
 */
export function gotPast(
  { restored, firstStep, earlier }: Resume,
  { lastStep, savedWhileRunning: saved = false }: Pick<SuperviseResult, 'lastStep' | 'savedWhileRunning'>,
): boolean {
  const step = restored?.step ?? undefined;
  if (lastStep === undefined) return saved;
  const wentOn = firstStep !== undefined && lastStep > firstStep;
  const comparable = step !== undefined && !(earlier !== undefined && step > earlier && (firstStep ?? lastStep) < step);
  if (!comparable) return saved || wentOn;
  return lastStep > step || (saved && wentOn && firstStep < step);
}

/** An attempt, as {@link countLost} sees it. */
interface Counted {
  number: number;
  lastStep?: number;
  stepsLost?: number;
  /** Its command was started. */
  trained: boolean;
}

/**
 * Steps that were done again, over all attempts. Null: unknown, because the newest training has not reported where it is.
 * Undefined: there is nothing to say, because no attempt followed another, or steps were never reported.
 */
export function countLost(attempts: readonly Counted[]): number | null | undefined {
  const trained = attempts.filter((attempt) => attempt.trained);
  const newest = trained.at(-1);
  if (trained.length < 2 || !newest) return undefined;
  const reported = trained.slice(0, -1).some(({ lastStep }) => lastStep !== undefined);
  if (!reported) return undefined;
  if (newest.stepsLost === undefined) return null;
  return trained.reduce((sum, { stepsLost = 0 }) => sum + stepsLost, 0);
}
