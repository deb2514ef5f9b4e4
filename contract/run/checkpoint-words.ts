import type { CheckpointRef } from './status';

/** A checkpoint in words: `step 600` when a step is known, else `checkpoint 3 of attempt 1, 14:03:22` (UTC). */
export function checkpointWords({ step, number, attempt, at }: Omit<CheckpointRef, 'key'>): string {
  if (step !== null) return `step ${step}`;
  const which = number === undefined ? 'a checkpoint' : `checkpoint ${number}`;
  const when = at === undefined ? '' : `, ${at.slice(11, 19)}`;
  return `${which} of attempt ${attempt}${when}`;
}
