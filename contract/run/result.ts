import { shownId } from './shown-id';
import type { AttemptStatus, RunResult, RunStatus } from './status';

/**
 * The result of an ended run, from its status. The workflow makes it of the whole status; who reads one later, of which the oldest
 * attempts may have been left out, makes the same of what is there.
 * @param leftovers what EC2 still shows alive of the run
 * @throws when the status is that of an open run
 */
export function resultOf(status: RunStatus, leftovers: number): RunResult {
  const { outcome, endedAt = status.startedAt } = status;
  if (!outcome) throw new Error(`${shownId(status.run)} has not ended`);
  const stepsLost = stepsLostOf(status);
  return {
    outcome,
    run: status.run,
    attemptCount: status.attemptCount,
    interruptions: status.interruptions,
    resumedFromStep: status.resumedFromStep ?? null,
    ...(stepsLost === undefined ? {} : { stepsLost }),
    finalStep: status.finalStep ?? null,
    costUsd: Math.round(status.costUsd * 1e6) / 1e6,
    ...(status.leastUsd && { leastUsd: true as const }),
    leftovers,
    seconds: (Date.parse(endedAt) - Date.parse(status.startedAt)) / 1000,
    ...(status.reason === undefined ? {} : { reason: status.reason }),
    ...(status.notKept === undefined ? {} : { notKept: status.notKept }),
  };
}

/**
 * Steps that were done again, over all attempts. Null: unknown, because the newest training has not reported where it is, one of them
 * did and that does not say it, or the status has lost attempts or their stages. Undefined: there is nothing to say, because no attempt followed another, or steps
 * were never reported.
 */
export function stepsLostOf({ attempts, attemptCount }: Pick<RunStatus, 'attempts' | 'attemptCount'>) {
  if (attempts.length < attemptCount || attempts.some(({ stages }) => stages.length === 0)) {
    return attemptCount < 2 ? undefined : null;
  }
  const trained = attempts.filter(hasTrained);
  const first = trained.findIndex(({ lastStep }) => lastStep !== undefined);
  const after = first < 0 ? [] : trained.slice(first + 1);
  if (after.length === 0) return undefined;
  const unknown = after.some(
    ({ firstStep, stepsLost }, i) => stepsLost === undefined && (firstStep !== undefined || i === after.length - 1),
  );
  return unknown ? null : after.reduce((sum, { stepsLost = 0 }) => sum + stepsLost, 0);
}

/** Its command was started. */
const hasTrained = ({ stages }: AttemptStatus): boolean => stages.some(({ name }) => name === 'train');
