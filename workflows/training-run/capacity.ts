import { formatDuration } from '../../contract';
import type { Run } from './run';
import { pause } from './waiting';

/** First wait after a round in which nobody gave an instance, in seconds; doubles up to {@link LONGEST_WAIT}. */
export const FIRST_WAIT = 15;
export const LONGEST_WAIT = 300;

/**
 * Waits before the next round of launches; the last wait is cut so that a last round is tried at `limits.capacityWait`. When
 * that is used up, the run ends as `no-capacity`.
 */
export async function waitForCapacity(run: Run, why: string): Promise<void> {
  const allowed = run.plan.spec.limits.capacityWaitSeconds;
  const seconds = Math.min(FIRST_WAIT * 2 ** run.refusedRounds, LONGEST_WAIT, allowed - run.capacityWaited);
  if (seconds <= 0) {
    const reason = `no capacity within limits.capacityWait (${formatDuration(allowed)}); last answer: ${why}`;
    return run.decide({ outcome: 'no-capacity', reason });
  }
  run.refusedRounds += 1;
  run.capacityWaited += seconds;
  run.enter('waiting-for-capacity');
  await pause(run, seconds);
}
