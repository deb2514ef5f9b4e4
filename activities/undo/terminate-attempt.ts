import { activityInfo, sleep } from '@temporalio/activity';
import { awsErrorMessage, classify } from '../../adapters/aws';
import { FAILURES, type RunRef, type TrainingActivities, type UndoArgs, type UndoDone } from '../../contract';
import { type ActivityDeps, passing, withSigns } from '../step';
import { UploadNotes } from '../uploads';
import { AttemptUndo } from './attempt-undo';

/** Between looks: from the first, doubling, to the last. */
const PAUSES_MS = { first: 100, longest: 2000 };

/**
 * Ends everything that an attempt may have created, and answers only when EC2 shows nothing of it alive. A call that runs out
 * of its time throws what is left, and why; Temporal calls again, for as long as it takes.
 */
export function createTerminateAttempt(deps: ActivityDeps): TrainingActivities['terminateAttempt'] {
  /** When the undo of an attempt began. The workflow may ask anew, but launches had ended before the first time. */
  const begun = new Map<string, number>();
  const undo = async (args: UndoArgs): Promise<UndoDone> => {
    const key = `${args.run.runKey}/${args.attempt}`;
    const since = Math.min(begun.get(key) ?? Number.POSITIVE_INFINITY, activityInfo().scheduledTimestampMs);
    begun.set(key, since);

    const attempt = new AttemptUndo(deps, args, since);
    const until = Date.now() + deps.timing.undoWaitSeconds * 1000;
    await attempt.settleUnknown();
    for (let pause = PAUSES_MS.first; ; pause = Math.min(pause * 2, PAUSES_MS.longest)) {
      const { left, surveys } = await attempt.look();
      if (left.length === 0) {
        const done = attempt.done();
        await endUploads(deps, args.run, args.attempt);
        begun.delete(key);
        return done;
      }
      await attempt.end(surveys);
      if (Date.now() + pause > until) throw pending(left, attempt.reasons());
      await sleep(pause);
    }
  };
  return (args) => withSigns(() => undo(args));
}

/**
 * No host sends parts any more; what is not joined by now never will be, and S3 bills it until it is aborted. A refusal is only
 * told: it would hold the run for ever, and who may not look at the bucket has not begun anything in it.
 */
async function endUploads(deps: ActivityDeps, run: RunRef, attempt: number): Promise<void> {
  try {
    await new UploadNotes(deps, run, attempt).abortAll();
  } catch (error) {
    const why = `incomplete uploads to S3 may be left: ${awsErrorMessage(error)}`;
    if (classify(error) !== 'refusal') throw passing(`instances are gone; ${why}`, FAILURES.cleanupPending);
    deps.log.warn({ run: run.workflowId, attempt }, why);
  }
}

function pending(left: string[], why: string[]): Error {
  const because = why.length > 0 ? `, because ${why.join('; ')}` : '';
  return passing(`still there: ${left.join(', ')}${because}`, FAILURES.cleanupPending);
}
