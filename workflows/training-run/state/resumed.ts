import type { RunStatus, SuperviseResult } from '../../../contract';
import type { AttemptEnd } from '../../rules/endings';
import { mayBlame } from '../../rules/lineage';
import { gotPast, type Resume, readResume } from '../../rules/resumes';
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

function resumeOf({ attempts }: Pick<Known, 'attempts'>, { number, status }: Attempt): Resume {
  const earlier = attempts.filter((a) => a.number < number && a.status.lastStep !== undefined).at(-1)?.status.lastStep;
  return { restored: status.restored, firstStep: status.firstStep, earlier };
}
