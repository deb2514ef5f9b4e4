import { CancellationScope, condition } from '@temporalio/workflow';
import type { RunResult } from '../../contract';
import { waitForCapacity } from './attempt/capacity';
import { live } from './attempt/live';
import { watchLeaving } from './attempt/seal';
import { enter } from './board';
import { close } from './close';
import { guardBudget, guardDeadline } from './limits';
import { answerMessages } from './messages';
import { resolve } from './resolve';
import { pause } from './shared/waiting';
import type { Attempt } from './state/attempt';
import { Run } from './state/run';

/**
 * One training run, from a spec to an outcome, with nothing left behind.
 *
 * The whole body is shielded from cancellation: a cancel through Temporal, `stop`, the deadline and the budget only write
 * `run.ending`, and the story reads it wherever it waits.
 *
 * @param input the run spec as a person wrote it; anything else ends the run as `invalid`, with a message that says why
 * @returns the result of a run that succeeded
 * @throws ApplicationFailure with the outcome as its type, or CancelledFailure when Temporal was asked to cancel
 */
export async function trainingRun(input: unknown): Promise<RunResult> {
  const run = new Run();
  answerMessages(run);
  return CancellationScope.nonCancellable(() => story(run, input));
}

async function story(run: Run, input: unknown): Promise<RunResult> {
  await resolve(run, input);
  if (!run.over) {
    void guardDeadline(run);
    void guardBudget(run);
  }

  // Attempts overlap: the next begins when the one before is about to be taken, and its undo runs beside it.
  const lives: Promise<void>[] = [];
  while (!run.over) {
    const attempt = run.open();
    lives.push(live(run, attempt));
    await successorNeeded(run, attempt);
  }

  await Promise.all(lives);
  return close(run);
}

/** Waits until the run needs another attempt: this one has ended, or EC2 has given notice and the next may begin early. */
async function successorNeeded(run: Run, attempt: Attempt): Promise<void> {
  await condition(() => run.over || (attempt.end !== undefined && !run.hold) || leavingWithSuccessor(run, attempt));
  if (run.over) return;
  if (!attempt.end) void watchLeaving(run, attempt);
  else if (attempt.end.kind === 'not-started') await waitForCapacity(run, attempt.end.reason);
  else await backOff(run, attempt.end);
}

const leavingWithSuccessor = (run: Run, { notice, outlook }: Attempt): boolean =>
  notice !== undefined && outlook !== undefined && run.judge(outlook).again;

async function backOff(run: Run, end: NonNullable<Attempt['end']>): Promise<void> {
  const judgement = run.judge(end);
  if (!judgement.again || judgement.afterSeconds === 0) return;
  enter(run, 'backing-off');
  await pause(run, judgement.afterSeconds);
}
