import { condition } from '@temporalio/workflow';
import { FAILURES } from '../../contract';
import { iso } from '../texts';
import { renewLease } from './activities';
import type { Attempt } from './attempt';
import { failureType } from './failures';
import { leased } from './host-lease';
import type { Verdict } from './run';
import { milliseconds } from './waiting';

/** The lease of a held host is renewed at a third of it, so that one renewal may be lost. */
const SHARE = 3;

/** At most so many renewals, however short the lease and long the hold: each is some ten events. */
const RENEWALS = 20;

/** How the run ends, if its instance is to be kept before that: the newest attempt has failed for good, on a host that lives. */
export function verdictToHold(attempt: Attempt): Verdict | undefined {
  const { run, end, host } = attempt;
  if (run.over || !run.plan.spec.hold || !host || end?.kind !== 'failed') return undefined;
  if (attempt.number !== run.attempts.length) return undefined;
  const judgement = run.judge(end);
  return judgement.again ? undefined : judgement;
}

/**
 * Keeps the host of a failed attempt until the time of `hold` is over, or somebody releases it. A stop, a cancel, the deadline
 * and the budget release it too; the outcome stays what it is. Its instance goes on costing money, and is ended by the undo.
 */
export async function hold(attempt: Attempt, verdict: Verdict): Promise<Verdict> {
  const { run } = attempt;
  const { limits, hold: spec } = run.plan.spec;
  const seconds = spec?.forSeconds ?? 0;
  const until = Date.now() + seconds * 1000;
  const held = { released: false };
  run.hold = held;
  run.status.heldUntil = iso(Math.min(until, run.deadline));
  run.status.reason = verdict.reason;
  run.enter('held');

  const pause = Math.max(limits.leaseSeconds / SHARE, seconds / RENEWALS);
  const leaseSeconds = Math.max(limits.leaseSeconds, Math.ceil(pause * SHARE));
  for (let left = seconds; left > 0 && !held.released; left = (until - Date.now()) / 1000) {
    renew(attempt, leaseSeconds, held);
    await condition(() => held.released, milliseconds(Math.min(pause, left)));
  }
  delete run.hold;
  delete run.status.heldUntil;
  return verdict;
}

/** Never waited for. A host that EC2 has taken cannot be held. */
function renew(attempt: Attempt, seconds: number, held: { released: boolean }): void {
  const { lease, ...host } = leased(attempt);
  renewLease(`attempt ${attempt.number}: its host is held`, { ...host, lease: { ...lease, seconds } }).catch(
    (error: unknown) => {
      if (failureType(error) === FAILURES.instanceLost) held.released = true;
    },
  );
}
