import { patched } from '@temporalio/workflow';
import { neverTrained } from '../../rules/chains';
import type { AttemptEnd } from '../../rules/endings';
import { enter, publish } from '../board';
import { readFailure } from '../shared/failures';
import type { Attempt } from '../state/attempt';
import { linkOf } from '../state/chain';
import type { Run } from '../state/run';
import { tellInterruption } from '../webhook';
import { besideEc2 } from './hearing';
import { hold, verdictToHold } from './hold';
import { launch } from './launch';
import { prepare, reach } from './prepare';
import { retire } from './retire';
import { alone } from './seal';
import { train } from './train';

/** The life of an attempt, from its first launch call until EC2 shows nothing of it alive. */
export async function live(run: Run, attempt: Attempt): Promise<void> {
  void tellInterruption(run, attempt);
  attempt.finish(await untilItsEnd(run, attempt));
  const failed = verdictToHold(run, attempt);
  if (failed) run.decide(await hold(run, attempt, failed));
  else conclude(run, attempt);
  if (run.verdict) enter(run, 'cleaning-up');
  else publish(run);
  await retire(run, attempt);
}

async function untilItsEnd(run: Run, attempt: Attempt): Promise<AttemptEnd> {
  try {
    await launch(run, attempt);
    await besideEc2(run, attempt, async () => {
      await reach(run, attempt);
      await prepare(run, attempt);
      await alone(run, attempt);
    });
    return await train(run, attempt);
  } catch (error) {
    return readFailure(error, attempt);
  }
}

/**
 * What the end of the attempt means for the run: success is final; else an ending that was asked for; else the retry rules; and
 * some attempts in a row that never trained are the last.
 */
function conclude(run: Run, attempt: Attempt): void {
  const { end } = attempt;
  if (run.verdict || !end) return;
  const judgement = run.judge(end);
  if (end.kind !== 'succeeded' && run.ending) run.decide(run.ending);
  else if (!judgement.again) run.decide(judgement);
  else giveUpUntrained(run, attempt, end);
}

function giveUpUntrained(run: Run, attempt: Attempt, end: AttemptEnd): void {
  if (end.kind !== 'interrupted' && end.kind !== 'unreachable') return;
  if (run.attempts.some(({ number, trained }) => number > attempt.number && trained)) return;
  const reason = neverTrained([...run.before(attempt), attempt].map(linkOf));
  if (reason !== undefined && patched('untrained-in-a-row')) run.decide({ outcome: end.kind, reason });
}
