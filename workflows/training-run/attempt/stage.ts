import type { StageName } from '../../../contract';
import { show } from '../board';
import { GivenUp, rootMessage } from '../shared/failures';
import type { Attempt } from '../state/attempt';
import type { Run } from '../state/run';
import { closeStage, openStage } from '../state/stages';

/** Runs one stage of an attempt, so that people see when it began, how it ended, and in a line what it did. */
export async function stage<T extends { detail: string; failed?: boolean }>(
  run: Run,
  attempt: Attempt,
  name: StageName,
  work: () => Promise<T>,
): Promise<T> {
  const opened = openStage(name);
  attempt.status.stages.push(opened);
  show(run);
  try {
    const done = await work();
    closeStage(opened, done.failed ? 'failed' : 'done', done.detail);
    return done;
  } catch (error) {
    const givenUp = error instanceof GivenUp;
    closeStage(opened, givenUp ? 'skipped' : 'failed', givenUp ? error.message : rootMessage(error));
    throw error;
  } finally {
    show(run);
  }
}
