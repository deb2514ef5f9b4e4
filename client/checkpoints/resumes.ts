import type { AttemptStatus, CheckpointRef } from '../../contract';
import type { ListedCheckpoint } from './list';

/** What came of going on from a checkpoint. */
export interface ResumeEnd {
  attempt: number;
  /**
   * `went-on`: its training got past it, to `step` if reports say that. `failed`: it ended before. `interrupted`: it was lost or
   * stopped before that is known. `running`: it is not known yet.
   */
  end: 'went-on' | 'failed' | 'interrupted' | 'running';
  step?: number;
}

/** A checkpoint with what was made of it. `removed`: it was resumed from, and is no longer in S3. */
export interface TracedCheckpoint extends Omit<ListedCheckpoint, 'state'> {
  state: ListedCheckpoint['state'] | 'removed';
  resumedBy: ResumeEnd[];
}

type Traced = Pick<
  AttemptStatus,
  'number' | 'restored' | 'failedToResume' | 'firstStep' | 'lastStep' | 'ended' | 'lastCheckpoint'
>;

/** The listed checkpoints, and those that are gone, each with the attempts that were given it and what came of that. */
export function traceResumes(listed: readonly ListedCheckpoint[], attempts: readonly Traced[]): TracedCheckpoint[] {
  const gone = new Map<string, CheckpointRef>();
  const ends = new Map<string, ResumeEnd[]>();
  for (const attempt of attempts) {
    if (!attempt.restored) continue;
    const { key } = attempt.restored;
    ends.set(key, [...(ends.get(key) ?? []), endOf(attempt, attempt.restored)]);
    if (!listed.some((one) => one.key === key)) gone.set(key, attempt.restored);
  }
  const traced = (one: ListedCheckpoint): TracedCheckpoint => ({ ...one, resumedBy: ends.get(one.key) ?? [] });
  const removed = [...gone.values()].map(
    (ref): TracedCheckpoint => ({ ...ref, state: 'removed', resumedBy: ends.get(ref.key) ?? [] }),
  );
  return [...listed.map(traced), ...removed].sort((a, b) => b.attempt - a.attempt || (b.key > a.key ? 1 : -1));
}

function endOf({ number, failedToResume, lastStep, ended, lastCheckpoint }: Traced, from: CheckpointRef): ResumeEnd {
  // One below it is none that can be compared with it.
  const step = lastStep === undefined || lastStep < (from.step ?? 0) ? {} : { step: lastStep };
  if (failedToResume) return { attempt: number, end: 'failed', ...step };
  const past = lastStep !== undefined && (from.step === null || lastStep > from.step);
  const saved = lastCheckpoint !== undefined && lastCheckpoint.key !== from.key;
  if (past || saved || ended === 'succeeded') return { attempt: number, end: 'went-on', ...step };
  if (ended === undefined) return { attempt: number, end: 'running' };
  return { attempt: number, end: ended === 'failed' ? 'went-on' : 'interrupted', ...step };
}
