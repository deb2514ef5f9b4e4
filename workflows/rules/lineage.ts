import type { CheckpointRef, Lineage } from '../../contract';
import type { AttemptEnd } from './endings';

/** An attempt, as far as its checkpoints go. */
export interface Lived {
  number: number;
  restored?: CheckpointRef | undefined;
  end?: AttemptEnd | undefined;
  /** It began at the beginning, ended by itself, and was not seen to get anywhere: no step, no checkpoint while it ran. */
  fruitless?: boolean | undefined;
}

/**
 * Which attempts went on from which, and what is offered no more. Each checkpoint is blamed once. When the command also fails at the
 * beginning without any progress, it was not the checkpoints' fault: they are offered again, the newest first.
 */
export function lineageOf(attempts: readonly Lived[]): Lineage {
  const lineage: Lineage = { resumed: [], failed: [], fruitless: [] };
  for (const { number, restored, end, fruitless } of attempts) {
    if (restored) lineage.resumed.push([number, restored.attempt]);
    if (failedToResume(end) && restored) {
      lineage.failed.push(restored.key);
      lineage.fruitless.push(number);
    } else if (!restored && fruitless && lineage.failed.length > 0) {
      lineage.failed = [];
      lineage.fruitless.push(number);
    }
  }
  return lineage;
}

/** Whether a failed resume may be put down to its checkpoint: never twice. */
export const mayBlame = (restored: CheckpointRef, before: readonly Lived[]): boolean =>
  !before.some((earlier) => failedToResume(earlier.end) && earlier.restored?.key === restored.key);

export const failedToResume = (end: AttemptEnd | undefined): boolean => end?.kind === 'failed' && end.stepBack === true;
