import { setTimeout as delay } from 'node:timers/promises';
import type { ScheduleDescription, ScheduleHandle } from '@temporalio/client';
import { type Overlap, overlapOf, TEMPORAL_OVERLAPS } from './overlap';

/** What came of a trigger. */
export type Triggered =
  | { kind: 'started'; run: string; overlap: Overlap }
  /** It begins when the open runs have ended. */
  | { kind: 'waits'; open: string[]; overlap: Overlap }
  /** Nothing is started: those are open, and the policy is to skip. */
  | { kind: 'skipped'; open: string[]; overlap: Overlap }
  /** Temporal has not said within 8 s. */
  | { kind: 'unknown'; overlap: Overlap };

const LOOK_EVERY_MS = 200;
const LOOK_FOR_MS = 8_000;

/** Begins a run now, by the policy of the Schedule or by another, and finds out which it is. */
export async function triggerNow(handle: ScheduleHandle, other: Overlap | undefined): Promise<Triggered> {
  const before = await handle.describe();
  const overlap = other ?? overlapOf(before.policies.overlap);
  // Told nothing, Temporal's client says allow-all, whatever the Schedule's policy is.
  await handle.trigger(TEMPORAL_OVERLAPS[overlap]);
  for (const until = Date.now() + LOOK_FOR_MS; Date.now() < until; ) {
    const found = outcomeOf(before, await handle.describe(), overlap);
    if (found) return found;
    await delay(LOOK_EVERY_MS);
  }
  return { kind: 'unknown', overlap };
}

function outcomeOf(
  { info: before }: ScheduleDescription,
  { info, raw }: ScheduleDescription,
  overlap: Overlap,
): Triggered | undefined {
  const known = new Set(before.recentActions.map(idOf));
  const run = info.recentActions.filter((action) => !known.has(idOf(action))).at(-1);
  if (run) return { kind: 'started', run: run.action.workflow.workflowId, overlap };
  const open = info.runningActions.map(({ workflow }) => workflow.workflowId);
  if (info.numActionsSkippedOverlap > before.numActionsSkippedOverlap) return { kind: 'skipped', open, overlap };
  if (Number(raw.info?.bufferSize ?? 0) > 0) return { kind: 'waits', open, overlap };
  return undefined;
}

const idOf = ({ action }: ScheduleDescription['info']['recentActions'][number]): string =>
  action.workflow.firstExecutionRunId;
