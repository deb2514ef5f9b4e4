import { patched, workflowInfo } from '@temporalio/workflow';
import { LONGEST_RUN } from '../../contract';
import { iso } from '../rules/texts';
import { cutAt, deadlineBefore } from '../rules/timeouts';
import type { Run } from './state/run';

/**
 * An execution or run timeout of the workflow, which somebody gave it at its start, runs none of its code: Temporal closes it, and
 * its instance is left to the reconciler. So the run ends in order before that.
 */
export function heedTimeouts(run: Run): void {
  const { runTimeoutMs, executionTimeoutMs, executionExpirationTime } = workflowInfo();
  const cut = cutAt({
    startedAt: run.startedAt,
    ...(runTimeoutMs === undefined ? {} : { runTimeoutMs }),
    ...(executionTimeoutMs === undefined ? {} : { executionTimeoutMs }),
    ...(executionExpirationTime === undefined ? {} : { expiresAt: executionExpirationTime }),
  });
  if (!Number.isFinite(cut)) return;
  const last = deadlineBefore(cut, run.startedAt, run.plan.spec.checkpoints.graceSeconds);
  // No run lives longer, whatever is added to its limits.
  if (last >= run.startedAt + LONGEST_RUN * 1000) return;
  // `extend` may not go beyond.
  if (!patched('timeouts-are-deadlines')) return;
  run.lastDeadline = last;
  run.cutAt = cut;
  if (last >= run.deadline) return;
  run.deadline = last;
  run.warn(
    `its workflow was started with a timeout: Temporal ends it at ${iso(cut)}, so the run ends at ${iso(last)}, in order (limits.maxDuration says later)`,
  );
}
