import { type AttemptStatus, checkpointWords, type RunStatus, type SuperviseResult } from '../../../contract';
import type { AttemptEnd } from '../../rules/endings';
import { mayBlame } from '../../rules/lineage';
import { beginsAnew, gotPast, type Resume, readResume } from '../../rules/resumes';
import type { Attempt } from './attempt';
import type { Plan } from './plan';

/** Of a run, what is looked at and written here. */
interface Known {
  readonly attempts: readonly Attempt[];
  readonly status: RunStatus;
  readonly plan: Plan;
  warn(message: string): void;
}

/** Writes down where an attempt really went on, once its training has reported a step. */
export function tellResumed(run: Omit<Known, 'plan'>, attempt: Attempt): void {
  const { status } = attempt;
  const resumed = readResume(resumeOf(run, attempt));
  if (!resumed) return;
  const { from, lost, astray } = resumed;
  // What was taken from its first report alone may turn out to be unknown.
  delete status.resumedFromStep;
  delete status.stepsLost;
  if (from !== undefined && status.restored) status.resumedFromStep = from;
  if (lost !== undefined) status.stepsLost = lost;
  if (astray !== undefined) run.warn(`attempt ${attempt.number}: ${astray}`);
  if (!status.restored || run.attempts.some((later) => later.number > attempt.number && later.trained)) return;
  if (from === undefined) delete run.status.resumedFromStep;
  else run.status.resumedFromStep = from;
}

/**
 * The end of an attempt, looked at once more: one that ended by itself before it got past its checkpoint is a step back, each
 * checkpoint once. An exit code that asks for a restart says that the program itself wants to be started again.
 */
export function withStepBack(
  run: Pick<Known, 'attempts' | 'plan'>,
  attempt: Attempt,
  end: AttemptEnd,
  result: SuperviseResult,
): AttemptEnd {
  const { restored } = attempt.status;
  if (end.kind !== 'failed' || !end.restartable) return end;
  if (end.exitCode !== undefined && run.plan.spec.retry.exitCodes.includes(end.exitCode)) return end;
  const before = run.attempts.filter(({ number }) => number < attempt.number);
  const { step, checkpoint } = result.final ?? {};
  const lastStep = step ?? result.lastStep;
  const said = {
    ...(lastStep === undefined ? {} : { lastStep }),
    savedWhileRunning: result.savedWhileRunning ?? (checkpoint?.number ?? 1) > 1,
  };
  attempt.fruitless = !restored && !said.savedWhileRunning && lastStep === undefined;
  if (!restored || gotPast(resumeOf(run, attempt), said) || !mayBlame(restored, before)) return end;
  return { ...end, stepBack: true };
}

/** Why an attempt is a step back. What its reports do not say is not said: below its checkpoint they may count anew. */
export function stepBackWords(
  { restored, firstStep, lastStep }: Pick<AttemptStatus, 'restored' | 'firstStep' | 'lastStep'>,
  reason: string,
): { failed: string; ended: string } {
  const words = restored ? checkpointWords(restored) : '';
  if (typeof restored?.step !== 'number' || firstStep === undefined || firstStep >= restored.step)
    return {
      failed: `failed to resume from ${words}`,
      ended: `${reason} before it got past ${words}, from which it was to resume`,
    };
  return {
    failed: `is not known to have resumed from ${words}`,
    ended: `${reason} at step ${lastStep ?? firstStep} by its own count, and saved nothing: it is not known to have got past ${words}, from which it was to resume`,
  };
}

function resumeOf(run: Pick<Known, 'attempts'>, attempt: Attempt): Resume {
  const before = run.attempts.filter(({ number }) => number < attempt.number);
  const anew = [...before, attempt].some(({ status }) => status.stepsAnew === true);
  return { ...reportsOf(before, attempt), anew: anew || before.some((one) => beginsAnew(reportsOf(before, one))) };
}

/** What attempt and those before it have reported. */
function reportsOf(attempts: readonly Attempt[], { number, status }: Attempt): Resume {
  const reported = attempts.filter((a) => a.number < number).map((a) => a.status);
  const earlier = reported.filter(({ lastStep }) => lastStep !== undefined).at(-1)?.lastStep;
  const beginning = reported.find(({ restored, firstStep }) => !restored && firstStep !== undefined)?.firstStep;
  return { restored: status.restored, firstStep: status.firstStep, earlier, beginning };
}
