import { workflowInfo } from '@temporalio/workflow';
import { formatDuration } from '../../../contract';
import { capacityWait } from '../../rules/capacity-wait';
import { enter } from '../board';
import { pause } from '../shared/waiting';
import type { Run } from '../state/run';

/** Waits before the next round of launches. When `limits.capacityWait` is used up, the run ends as `no-capacity`. */
export async function waitForCapacity(run: Run, why: string): Promise<void> {
  const { plan, refusedRounds: rounds, capacityWaited } = run;
  const allowed = plan.spec.limits.capacityWaitSeconds;
  const left = allowed - capacityWaited;
  const { historyLength } = workflowInfo();
  const seconds = capacityWait({ rounds, left, placements: plan.placements.length, historyLength });
  if (seconds <= 0) {
    const reason = `no capacity within limits.capacityWait (${formatDuration(allowed)}); last answer: ${why}`;
    return run.decide({ outcome: 'no-capacity', reason });
  }
  run.refusedRounds += 1;
  run.capacityWaited += seconds;
  enter(run, 'waiting-for-capacity');
  await pause(run, seconds, 'until EC2 is asked for capacity again');
}
