import { type ActivityOptions, sleep } from '@temporalio/workflow';
import type { UndoDone } from '../../../contract';
import { clampTime, iso } from '../../rules/texts';
import { publish, showCleanup } from '../board';
import { rootMessage } from '../shared/failures';
import { terminateAttempt } from '../shared/steps';
import type { Attempt } from '../state/attempt';
import type { Run } from '../state/run';
import { tellPending } from '../webhook';
import { outliveLease, seeGone } from './seal';
import { stage } from './stage';

/** How the first asking goes; after so long without success, people are told. */
const PATIENCE = {
  scheduleToCloseTimeout: '2 minutes',
  retry: { initialInterval: '1s', backoffCoefficient: 1.5, maximumInterval: '10s' },
} as const;

/**
 * The attempt retires: what it may have created is ended, and looked for, until EC2 shows nothing of it alive. That is tried
 * without limit, and never taken for granted.
 */
export async function retire(run: Run, attempt: Attempt): Promise<void> {
  const done = await stage(run, attempt, 'cleanup', async () => {
    const undoing = undo(run, attempt);
    // The next attempt need not wait for "terminated" to know that this one trains no more.
    if (!run.over && attempt.trained) void Promise.all([seeGone(run, attempt), outliveLease(run, attempt)]);
    return undoing;
  });
  Object.assign(attempt, { gone: true, retired: true });
  settleBill(run, attempt, done);
}

async function undo(run: Run, attempt: Attempt): Promise<UndoDone> {
  const { number, undo: registered } = attempt;
  let options: ActivityOptions = PATIENCE;
  for (;;) {
    try {
      const done = await terminateAttempt(`attempt ${number}: end everything it created`, registered.args(), options);
      if (attempt.cleanupPending !== undefined) {
        delete attempt.cleanupPending;
        showCleanup(run);
      }
      return done;
    } catch (error) {
      // Also a failure that calls itself final is not: what it left still costs money.
      if (attempt.cleanupPending !== undefined)
        await sleep('1 minute', { summary: `attempt ${number}: until its end is tried again` });
      else void tellPending(run, attempt, rootMessage(error));
      attempt.cleanupPending = rootMessage(error);
      showCleanup(run);
      options = {};
    }
  }
}

/** Closes the bill at the moment at which EC2 showed the instance gone; drops it if nothing had been launched after all. */
function settleBill(run: Run, attempt: Attempt, { at, terminated }: UndoDone): void {
  const { meter, status } = attempt;
  if (!meter) return;
  if (status.instanceId === undefined && terminated.length === 0) delete attempt.meter;
  else {
    meter.to = clampTime(at, meter.from, Date.now());
    status.terminatedAt = iso(meter.to);
  }
  run.rateChanges += 1;
  publish(run);
}
