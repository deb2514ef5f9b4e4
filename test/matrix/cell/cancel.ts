import type { WorkflowHandle } from '@temporalio/client';
import { ACTIVITIES } from '../plan/activities';
import type { Cell } from '../plan/cells';

/**
 * A cell that is cancelled proves something only when the cancel is in the history of its subject; and a success in spite of it
 * is one only when the training had ended before.
 */
export async function cancelProblems(cell: Cell, subject: WorkflowHandle): Promise<string[]> {
  if (cell.ending !== 'cancelled') return [];
  const { events } = await subject.fetchHistory();
  const all = events ?? [];
  const cancelled = all.findIndex((event) => event.workflowExecutionCancelRequestedEventAttributes);
  if (cancelled < 0) return ['its history has no cancel'];
  if (!ACTIVITIES[cell.activity].closing || cell.scenario === 'suite') return [];
  const supervisions = all
    .filter((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'supervise')
    .map((event) => String(event.eventId));
  const before = all
    .slice(0, cancelled)
    .filter((event) => supervisions.includes(String(event.activityTaskCompletedEventAttributes?.scheduledEventId)));
  return before.length > 0 ? [] : ['cancelled before its training had ended'];
}
