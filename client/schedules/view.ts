import type { ScheduleDescription } from '@temporalio/client';
import type { CodeSource, RunOrigin } from '../../contract';
import { codeOf } from '../code/code-of';
import { readOrigin } from '../origin/origin';
import { cronTexts } from './cron-text';
import { type Overlap, overlapOf } from './overlap';

/** A Schedule of trainings, as Temporal has it. Only grows. */
export interface ScheduleView {
  /** Its name: Temporal's id of it. */
  schedule: string;
  paused: boolean;
  /** Why it is paused, or what was noted when it was made. */
  note: string;
  /** As cron says them, in `timezone`. */
  cron: string[];
  /** Seconds between two times, of each interval. */
  every: number[];
  timezone: string;
  /** Seconds by which each time may be put off. */
  jitter: number;
  overlap: Overlap;
  /** Seconds by which a time that was missed may be late. */
  catchUp: number;
  pauseOnFailure: boolean;
  /** The next times, ISO 8601. Those of a paused one are what it would do. */
  next: string[];
  /** The newest runs that it started, newest first. */
  started: { run: string; at: string }[];
  /** Its open runs. */
  open: string[];
  /** How many runs it started, and times it left out: since a run was open, or since they came too late. */
  counts: { started: number; overlapped: number; missed: number };
  createdAt: string;
  /** The input of its runs. */
  input: unknown;
  code: CodeSource;
  /** Whether the snapshot of its code is in S3; null: it names none. */
  codeKept: boolean | null;
  /** Where and by whom it was made; absent when that was not by trainctl. */
  origin?: RunOrigin;
}

/**
 * @param codeKept see {@link ScheduleView}
 * @param open runs of it that Temporal lists as open; the Schedule itself forgets those that others may overlap
 */
export function viewOf(
  description: ScheduleDescription,
  codeKept: boolean | null,
  open: readonly string[],
): ScheduleView {
  const { scheduleId, spec, action, policies, state, info } = description;
  const [input] = action.args ?? [];
  const origin = readOrigin(action.memo);
  return {
    schedule: scheduleId,
    paused: state.paused,
    note: state.note ?? '',
    cron: cronTexts(spec),
    every: (spec.intervals ?? []).map(({ every }) => every / 1000),
    timezone: spec.timezone || 'UTC',
    jitter: (spec.jitter ?? 0) / 1000,
    overlap: overlapOf(policies.overlap),
    catchUp: policies.catchupWindow / 1000,
    pauseOnFailure: policies.pauseOnFailure,
    next: info.nextActionTimes.slice(0, 5).map((time) => time.toISOString()),
    started: info.recentActions
      .map(({ action: { workflow }, takenAt }) => ({ run: workflow.workflowId, at: takenAt.toISOString() }))
      .reverse(),
    open: [...new Set([...info.runningActions.map(({ workflow }) => workflow.workflowId), ...open])],
    counts: {
      started: info.numActionsTaken,
      overlapped: info.numActionsSkippedOverlap,
      missed: info.numActionsMissedCatchupWindow,
    },
    createdAt: info.createdAt.toISOString(),
    input,
    code: codeOf(input),
    codeKept,
    ...(origin === undefined ? {} : { origin }),
  };
}
