import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { installationMemo } from '../../adapters/installation';
import { queuesOf, RECONCILE_TYPE, type RecordedInstallation, reconcileSchedule } from '../../contract';

/** Between two passes of the reconciler. */
const EVERY = '5 minutes';

/** A pass ends within a quarter of an hour, or is stuck; the next waits for it, because passes never overlap. */
const PASS_TIMEOUT = '30 minutes';

/**
 * Creates the Schedule of the installation's reconciler, if there is none: one that people have changed or paused stays as it is.
 * What makes the installation one is recorded in it. Answers whether it was created.
 * @throws whatever the server says when this worker may not create schedules
 */
export async function ensureSchedule(client: Client, installation: RecordedInstallation): Promise<boolean> {
  const scheduleId = reconcileSchedule(installation.name);
  try {
    await client.schedule.create({
      scheduleId,
      spec: { intervals: [{ every: EVERY }] },
      policies: {
        overlap: ScheduleOverlapPolicy.SKIP,
        // Without a bound, a server that was away for a week would make up for each pass that it missed.
        catchupWindow: '10 minutes',
        // A pass that failed is no reason not to try again.
        pauseOnFailure: false,
      },
      state: {
        note: 'trainctl: ends what carries its tags and no live run owns. Look first: trainctl reconcile --dry-run',
      },
      action: {
        type: 'startWorkflow',
        workflowType: RECONCILE_TYPE,
        workflowId: scheduleId,
        taskQueue: queuesOf(installation.name).main,
        args: [],
        memo: installationMemo(installation),
        workflowExecutionTimeout: PASS_TIMEOUT,
        staticSummary: 'reconcile: end what no live run owns',
      },
    });
    return true;
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) return false;
    throw error;
  }
}
