import type { WorkflowHandle } from '@temporalio/client';
import { together } from './together';

export interface Counted {
  /** Of the run with the most, and of all. */
  mostEvents: number;
  events: number;
  /** Tries of activities that were begun. */
  starts: number;
  /** Of those, the ones that nobody answered in time: as a rule the worker never heard of them. */
  lostStarts: number;
  /** Workflow tasks that nobody answered in time. */
  lateTasks: number;
}

/** What the histories of runs that have ended say of them. */
export async function countHistories(runs: readonly WorkflowHandle[]): Promise<Counted> {
  const all: Counted = { mostEvents: 0, events: 0, starts: 0, lostStarts: 0, lateTasks: 0 };
  await together(4, runs, async (run) => {
    const { events } = await run.fetchHistory();
    const count = events?.length ?? 0;
    all.events += count;
    all.mostEvents = Math.max(all.mostEvents, count);
    for (const event of events ?? []) {
      const started = event.activityTaskStartedEventAttributes;
      if (started) all.starts += started.attempt ?? 1;
      // Of repeated tries a history has the last one alone, with what became of the one before.
      if (started?.lastFailure?.timeoutFailureInfo) all.lostStarts += 1;
      if (event.activityTaskTimedOutEventAttributes) all.lostStarts += 1;
      if (event.workflowTaskTimedOutEventAttributes) all.lateTasks += 1;
    }
  });
  return all;
}
