import type { AttemptEnd } from '../endings';
import type { Attempt } from './attempt';
import { publish } from './board';
import { readFailure } from './failures';
import { hold, verdictToHold } from './hold';
import { launch } from './launch';
import { prepare, reach } from './prepare';
import { retire } from './retire';
import { train } from './train';
import { tellInterruption } from './webhook';

/** The life of an attempt, from its first launch call until EC2 shows nothing of it alive. */
export async function live(attempt: Attempt): Promise<void> {
  void tellInterruption(attempt);
  attempt.finish(await untilItsEnd(attempt));
  const failed = verdictToHold(attempt);
  if (failed) attempt.run.decide(await hold(attempt, failed));
  else conclude(attempt);
  if (attempt.run.verdict) attempt.run.enter('cleaning-up');
  else publish(attempt.run);
  await retire(attempt);
}

async function untilItsEnd(attempt: Attempt): Promise<AttemptEnd> {
  try {
    await launch(attempt);
    await reach(attempt);
    await prepare(attempt);
    return await train(attempt);
  } catch (error) {
    return readFailure(error, attempt);
  }
}

/** What the end of the attempt means for the run: success is final; else an ending that was asked for; else the retry rules. */
function conclude({ run, end }: Attempt): void {
  if (run.verdict || !end) return;
  const judgement = run.judge(end);
  if (end.kind !== 'succeeded' && run.ending) run.decide(run.ending);
  else if (!judgement.again) run.decide(judgement);
}
