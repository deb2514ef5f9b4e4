import { type Client, ScheduleNotFoundError } from '@temporalio/client';
import {
  type FailedSchedule,
  resumedAt,
  SCHEDULED_BY,
  SUITE_PAUSED,
  SUITE_TYPE,
  type SuiteRef,
  shownId,
} from '../../contract';

/** @returns whether the Schedule is paused now */
export type OnFailure = (schedule: FailedSchedule, last: { suite: SuiteRef; reason: string }) => Promise<boolean>;

/** How a suite closes that has not shown what it was to show; a cancel is somebody's wish. */
const FAILED = new Set(['FAILED', 'TIMED_OUT', 'TERMINATED']);

/** A note in Temporal is read in a list. Characters. */
const NOTE = 900;

/**
 * Pauses a Schedule whose suites have failed so many times in a row, and notes why: night after night the same failure costs money and
 * tells nobody anything new. The failed one counts; those before are what Temporal lists, back to the last that has paused the Schedule, as
 * its memo says, or to when somebody has resumed it by trainctl: whoever resumes it believes that the cause is mended.
 */
export const pauseAfterFailures = (client: Client): OnFailure => {
  const pause = pauseIfDue(client);
  return async (schedule, last) => {
    try {
      return await pause(schedule, last);
    } catch (error) {
      // Somebody has removed it while its suite went on: nothing is left to pause.
      if (error instanceof ScheduleNotFoundError) return false;
      throw error;
    }
  };
};

const pauseIfDue =
  (client: Client): OnFailure =>
  async ({ id, pauseAfter }, { suite, reason }) => {
    const query = `WorkflowType = "${SUITE_TYPE}" AND ${SCHEDULED_BY} = ${quoted(id)} AND ExecutionStatus != "Running"`;
    const handle = client.schedule.getHandle(id);
    const since = resumedAt((await handle.describe()).state.note) ?? 0;
    let failures = 1;
    if (pauseAfter > 1)
      for await (const { runId, status, memo, closeTime } of client.workflow.list({ query, pageSize: pauseAfter })) {
        if (runId === suite.runId) continue;
        if (!FAILED.has(status.name) || memo?.[SUITE_PAUSED] === id) break;
        if (closeTime !== undefined && closeTime.getTime() < since) break;
        failures += 1;
        if (failures >= pauseAfter) break;
      }
    if (failures < pauseAfter) return false;
    const times = pauseAfter === 1 ? 'a failure' : `${pauseAfter} failures in a row`;
    const note = `paused by trainctl e2e after ${times}; the last, ${shownId(suite.workflowId)}: ${reason}`;
    await handle.pause(note.slice(0, NOTE));
    return true;
  };

/** Visibility's query language has no escape that all servers know: one who names a Schedule so has it never paused. */
const quoted = (id: string): string => `"${id.replace(/["'`\\]/g, '')}"`;
