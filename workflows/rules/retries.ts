import type { Outcome, RetrySpec } from '../../contract';
import type { AttemptEnd } from './endings';

/** How often exit codes that restart for free may do so; after that they spend `failures` like any other. */
export const FREE_RESTARTS = 20;

/** First wait before a failed command starts again, in seconds; doubles with each failure up to {@link LONGEST_WAIT}. */
const FIRST_WAIT = 5;
export const LONGEST_WAIT = 300;

/** What a run has spent. The two budgets never touch: an interruption is not the user's fault, a failure not EC2's. */
export interface Spent {
  interruptions: number;
  failures: number;
  /** Restarts by `retry.exitCodes`. */
  freeRestarts: number;
  /** Checkpoints that failed to be resumed from, since an attempt last ended otherwise. There are only so many. */
  stepsBack?: number;
}

export type Judgement =
  | { again: true; afterSeconds: number }
  | { again: false; outcome: Outcome; reason: string; tail?: string };

/** What the ends of all attempts so far have spent, in their order. */
export function spentBy(ends: readonly AttemptEnd[], retry: RetrySpec): Spent {
  const spent: Spent = { interruptions: 0, failures: 0, freeRestarts: 0 };
  for (const end of ends) {
    if (end.kind === 'interrupted' || end.kind === 'unreachable') spent.interruptions += 1;
    if (end.kind === 'failed' && end.stepBack) {
      spent.stepsBack = (spent.stepsBack ?? 0) + 1;
      continue;
    }
    delete spent.stepsBack;
    if (end.kind !== 'failed') continue;
    const free = end.exitCode !== undefined && retry.exitCodes.includes(end.exitCode);
    if (free && spent.freeRestarts < FREE_RESTARTS) spent.freeRestarts += 1;
    else spent.failures += 1;
  }
  return spent;
}

/**
 * Whether the run may try again after an attempt that ended so; else how the run ends.
 * @param spent by all attempts, this one included
 */
export function judge(end: AttemptEnd, spent: Spent, retry: RetrySpec): Judgement {
  switch (end.kind) {
    case 'succeeded':
      return { again: false, outcome: 'succeeded', reason: end.reason };
    case 'stopped':
      return { again: false, outcome: 'cancelled', reason: end.reason };
    case 'not-started':
      return { again: true, afterSeconds: 0 };
    case 'interrupted':
    case 'unreachable':
      if (spent.interruptions <= retry.interruptions) return { again: true, afterSeconds: 0 };
      return { again: false, outcome: end.kind, reason: usedUp(end.reason, spent.interruptions, retry.interruptions) };
    case 'failed':
      if (end.stepBack) return { again: true, afterSeconds: stepBackWait(spent) };
      if (end.restartable && spent.failures <= retry.failures) return { again: true, afterSeconds: failureWait(spent) };
      return { again: false, outcome: 'failed', reason: failedReason(end.reason, spent, retry), ...tailOf(end) };
  }
}

const failureWait = ({ failures, freeRestarts }: Spent): number =>
  Math.min(FIRST_WAIT * 2 ** (failures + freeRestarts - 1), LONGEST_WAIT);

/** The first step back is a try with something else, and waits for nothing; later ones give what else it may be some time. */
const stepBackWait = ({ stepsBack = 0 }: Spent): number =>
  stepsBack <= 1 ? 0 : Math.min(FIRST_WAIT * 2 ** (stepsBack - 2), LONGEST_WAIT);

const usedUp = (reason: string, times: number, allowed: number): string =>
  `${reason}; that was interruption ${times}, and retry.interruptions allows ${allowed}`;

const failedReason = (reason: string, spent: Spent, retry: RetrySpec): string =>
  retry.failures > 0 && spent.failures > retry.failures
    ? `${reason}; that was failure ${spent.failures}, and retry.failures allows ${retry.failures}`
    : reason;

const tailOf = (end: Extract<AttemptEnd, { kind: 'failed' }>): { tail?: string } =>
  end.tail === undefined ? {} : { tail: end.tail };
