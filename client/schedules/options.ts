import type { ScheduleUpdateOptions } from '@temporalio/client';
import { ORIGIN_MEMO, type RunOrigin, WORKFLOW_TYPE } from '../../contract';
import type { RunSpecInput } from '../../contract/schema';
import { detailsOf, summaryOf } from '../runs/names';
import type { CheckedSchedule } from './check';
import { TEMPORAL_OVERLAPS } from './overlap';

/**
 * What Temporal is told of a Schedule. Its runs have its name and the time as their ids: `nightly-2026-11-27T03:00:00Z`.
 * @param taskQueue - of the installation's workflows
 */
export function temporalOptions(
  name: string,
  checked: CheckedSchedule,
  input: RunSpecInput,
  origin: RunOrigin,
  taskQueue: string,
  state: { paused: boolean; remainingActions?: number },
): ScheduleUpdateOptions {
  const { cron, every, timezone, overlap, catchUp, jitter, pauseOnFailure, note } = checked;
  return {
    spec: {
      cronExpressions: cron,
      intervals: every === undefined ? [] : [{ every: every * 1000 }],
      timezone,
      jitter: jitter * 1000,
    },
    policies: { overlap: TEMPORAL_OVERLAPS[overlap], catchupWindow: catchUp * 1000, pauseOnFailure },
    state: { ...state, note },
    action: {
      type: 'startWorkflow',
      workflowType: WORKFLOW_TYPE,
      workflowId: name,
      taskQueue,
      args: [input],
      staticSummary: summaryOf(input),
      staticDetails: detailsOf(input),
      memo: { [ORIGIN_MEMO]: origin },
    },
  };
}
