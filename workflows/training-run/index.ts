import { CancellationScope, condition, patched } from '@temporalio/workflow';
import type { RunResult } from '../../contract';
import { pauseAfter } from '../rules/chains';
import { waitForCapacity } from './attempt/capacity';
import { live } from './attempt/live';
import { watchLeaving } from './attempt/seal';
import { beginAnew } from './begin-anew';
import { enter } from './board';
import { close } from './close';
import { guardBudget, guardDeadline } from './limits';
import { answerMessages } from './messages';
import { resolve } from './resolve';
import { pause } from './shared/waiting';
import type { Attempt } from './state/attempt';
import { linkOf } from './state/chain';
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
  beginAnew();
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
  const { end } = attempt;
  if (!end) void watchLeaving(run, attempt);
  const chained = pauseAfter(run.attempts.map(linkOf));
  if (end?.kind === 'not-started') await waitForCapacity(run, end.reason);
  else if (end || chained > 0) await backOff(run, end, chained);
}

const leavingWithSuccessor = (run: Run, { notice, outlook }: Attempt): boolean =>
  notice !== undefined && outlook !== undefined && run.judge(outlook).again;

/** Waits as long as the end of the attempt asks for; in runs that lost attempts before that rule, only failures did. */
async function backOff(run: Run, end: Attempt['end'], chained: number): Promise<void> {
  const judgement = end ? run.judge(end) : undefined;
  if (judgement && !judgement.again) return;
  const seconds = Math.max(
    judgement?.afterSeconds ?? 0,
    chained > 0 && patched('pause-between-attempts') ? chained : 0,
  );
  if (seconds === 0) return;
  enter(run, 'backing-off');
  await pause(run, seconds, `a pause before attempt ${run.attempts.length + 1}`);
}
