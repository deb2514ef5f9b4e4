import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';

/**
 * The time-skipping server has forgotten a workflow task. It refuses one that cancels a timer or an activity which came to its end
 * while the task was under way (Temporal's own server takes it, and has the task made anew), has by then noted the task as done, and
 * never gives another: its clock stands for all runs on it.
 */
export class ForgottenTask extends Error {
  constructor(workflowId: string) {
    super(`the time-skipping server has forgotten a workflow task of ${workflowId}`);
  }
}

const BETWEEN_LOOKS_MS = 3_000;
/** Twelve seconds: the server itself gives a workflow task ten (its default timeout), after which another event would follow. */
const LOOKS = 5;

/** Throws when the server forgets a workflow task of one of these runs; returns when all is over. */
export async function watchForForgotten(handles: () => readonly WorkflowHandle[], over: AbortSignal): Promise<void> {
  const seen = new Map<string, { event: string; looks: number }>();
  for (;;) {
    await sleep(BETWEEN_LOOKS_MS, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) return;
    for (const handle of handles()) {
      const event = await taskUnderWay(handle).catch(() => undefined);
      const before = seen.get(handle.workflowId);
      const looks = event !== undefined && before?.event === event ? before.looks + 1 : 1;
      seen.set(handle.workflowId, { event: event ?? '', looks });
      if (event !== undefined && looks >= LOOKS) throw new ForgottenTask(handle.workflowId);
    }
  }
}

/** The event with which the workflow task that is under way began; undefined: none is. */
async function taskUnderWay(handle: WorkflowHandle): Promise<string | undefined> {
  const events = (await handle.fetchHistory()).events ?? [];
  // What else happens to the run, such as an end of an activity, may stand behind it.
  const begun = events.findLastIndex((event) => event.workflowTaskStartedEventAttributes);
  const over = events.slice(begun + 1).some(isEndOfTask);
  return begun < 0 || over ? undefined : String(events[begun]?.eventId);
}

const isEndOfTask = (event: temporal.api.history.v1.IHistoryEvent): boolean =>
  Boolean(
    event.workflowTaskCompletedEventAttributes ??
      event.workflowTaskFailedEventAttributes ??
      event.workflowTaskTimedOutEventAttributes,
  );
