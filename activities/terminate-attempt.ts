import { activityInfo, sleep } from '@temporalio/activity';
import { FAILURES, type TrainingActivities } from '../contract';
import type { ActivityDeps } from './deps';
import { passing } from './failures';
import { AttemptUndo } from './undo/attempt-undo';

/** Between looks: from the first, doubling, to the last. */
const PAUSES_MS = { first: 100, longest: 2000 };

/**
 * Ends everything that an attempt may have created, and answers only when EC2 shows nothing of it alive. A call that runs out
 * of its time throws what is left, and why; Temporal calls again, for as long as it takes.
 */
export function createTerminateAttempt(deps: ActivityDeps): TrainingActivities['terminateAttempt'] {
  /** When the undo of an attempt began. The workflow may ask anew, but launches had ended before the first time. */
  const begun = new Map<string, number>();
  return async (args) => {
    const key = `${args.run.runKey}/${args.attempt}`;
    const since = Math.min(begun.get(key) ?? Number.POSITIVE_INFINITY, activityInfo().scheduledTimestampMs);
    begun.set(key, since);

    const undo = new AttemptUndo(deps, args, since);
    const until = Date.now() + deps.timing.undoWaitSeconds * 1000;
    await undo.settleUnknown();
    for (let pause = PAUSES_MS.first; ; pause = Math.min(pause * 2, PAUSES_MS.longest)) {
      const { left, surveys } = await undo.look();
      if (left.length === 0) {
        begun.delete(key);
        return undo.done();
      }
      await undo.end(surveys);
      if (Date.now() + pause > until) throw pending(left, undo.reasons());
      await sleep(pause);
    }
  };
}

function pending(left: string[], why: string[]): Error {
  const because = why.length > 0 ? `, because ${why.join('; ')}` : '';
  return passing(`still there: ${left.join(', ')}${because}`, FAILURES.cleanupPending);
}
