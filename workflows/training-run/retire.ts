import { type ActivityOptions, sleep } from '@temporalio/workflow';
import type { UndoDone } from '../../contract';
import { clampTime, iso } from '../texts';
import { terminateAttempt } from './activities';
import type { Attempt } from './attempt';
import { publish } from './board';
import { rootMessage } from './failures';
import { outliveLease, seeGone } from './seal';
import { tellPending } from './webhook';

/** How the first asking goes; after so long without success, people are told. */
const PATIENCE = {
  scheduleToCloseTimeout: '2 minutes',
  retry: { initialInterval: '1s', backoffCoefficient: 1.5, maximumInterval: '10s' },
} as const;

/**
 * The attempt retires: what it may have created is ended, and looked for, until EC2 shows nothing of it alive. That is tried
 * without limit, and never taken for granted.
 */
export async function retire(attempt: Attempt): Promise<void> {
  const { run } = attempt;
  const done = await attempt.stage('cleanup', async () => {
    const undoing = undo(attempt);
    // The next attempt need not wait for "terminated" to know that this one trains no more.
    if (!run.over && attempt.trained) void Promise.all([seeGone(attempt), outliveLease(attempt)]);
    return undoing;
  });
  Object.assign(attempt, { gone: true, retired: true });
  settleBill(attempt, done);
}

async function undo(attempt: Attempt): Promise<UndoDone> {
  const { run, number, undo: registered } = attempt;
  let options: ActivityOptions = PATIENCE;
  for (;;) {
    try {
      const done = await terminateAttempt(`attempt ${number}: end everything it created`, registered.args(), options);
      if (attempt.cleanupPending !== undefined) {
        delete attempt.cleanupPending;
        run.showCleanup();
      }
      return done;
    } catch (error) {
      // Also a failure that calls itself final is not: what it left still costs money.
      if (attempt.cleanupPending !== undefined) await sleep('1 minute');
      else void tellPending(attempt, rootMessage(error));
      attempt.cleanupPending = rootMessage(error);
      run.showCleanup();
      options = {};
    }
  }
}

/** Closes the bill at the moment at which EC2 showed the instance gone; drops it if nothing had been launched after all. */
function settleBill(attempt: Attempt, { at, terminated }: UndoDone): void {
  const { meter, status, run } = attempt;
  if (!meter) return;
  if (status.instanceId === undefined && terminated.length === 0) delete attempt.meter;
  else {
    meter.to = clampTime(at, meter.from, Date.now());
    status.terminatedAt = iso(meter.to);
  }
  run.rateChanges += 1;
  publish(run);
}
