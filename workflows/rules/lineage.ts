import type { CheckpointRef, Lineage } from '../../contract';
import type { AttemptEnd } from './endings';

/** An attempt, as far as its checkpoints go. */
export interface Lived {
  number: number;
  restored?: CheckpointRef | undefined;
  end?: AttemptEnd | undefined;
  /** The instance that was launched for it. */
  instanceId?: string | undefined;
  /** It began at the beginning, ended by itself, and was not seen to get anywhere: no step, no checkpoint while it ran. */
  fruitless?: boolean | undefined;
}

/** Attempts whose instances are named: the list is an argument of each attempt's steps. */
const LAUNCHED = 50;

/**
 * Which attempts went on from which, and what is offered no more. Each checkpoint is blamed once. When the command also fails at the
 * beginning without any progress, it was not the checkpoints' fault: they are offered again, the newest first.
 */
export function lineageOf(attempts: readonly Lived[]): Lineage {
  const lineage: Lineage & Required<Pick<Lineage, 'launched'>> = {
    resumed: [],
    failed: [],
    fruitless: [],
    launched: [],
  };
  for (const { number, restored, end, fruitless, instanceId } of attempts) {
    if (instanceId !== undefined) lineage.launched.push([number, instanceId]);
    if (restored) lineage.resumed.push([number, restored.attempt]);
    if (failedToResume(end) && restored) {
      lineage.failed.push(restored.key);
      lineage.fruitless.push(number);
    } else if (!restored && fruitless && lineage.failed.length > 0) {
      lineage.failed = [];
      lineage.fruitless.push(number);
    }
  }
  lineage.launched = lineage.launched.slice(-LAUNCHED);
  return lineage;
}

/** Whether a failed resume may be put down to its checkpoint: never twice. */
export const mayBlame = (restored: CheckpointRef, before: readonly Lived[]): boolean =>
  !before.some((earlier) => failedToResume(earlier.end) && earlier.restored?.key === restored.key);

export const failedToResume = (end: AttemptEnd | undefined): boolean => end?.kind === 'failed' && end.stepBack === true;
