import type { WorkflowHandle } from '@temporalio/client';

const NEWS =
  /^(activityTask(Completed|Failed|TimedOut|Canceled)|timerFired|workflowExecution(Started|Signaled|CancelRequested))Event/;

/** How long a history is, and of what: `tasks` are workflow tasks, of three events each, `news` what a task may be the answer to. */
export async function countEvents(handle: WorkflowHandle): Promise<{ events: number; tasks: number; news: number }> {
  const events = (await handle.fetchHistory()).events ?? [];
  const kinds = events.map((event) => Object.keys(event).find((key) => key.endsWith('EventAttributes')) ?? '');
  return {
    events: events.length,
    tasks: kinds.filter((kind) => kind === 'workflowTaskScheduledEventAttributes').length,
    news: kinds.filter((kind) => NEWS.test(kind)).length,
  };
}
