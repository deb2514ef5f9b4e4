import { condition } from '@temporalio/workflow';
import { FAILURES } from '../../../contract';
import { enter } from '../board';
import { failureType } from '../shared/failures';
import { renewLease } from '../shared/steps';
import { milliseconds } from '../shared/waiting';
import type { Attempt } from '../state/attempt';
import type { Run } from '../state/run';
import type { Hold, Verdict } from '../state/verdict';
import { leased } from './host-lease';

/** The lease of a held host is renewed at a third of it, so that one renewal may be lost. */
const SHARE = 3;

/** At most so many renewals (and one more for each `extend`), however short the lease and long the hold: each is some ten events. */
const RENEWALS = 20;

/** How the run ends, if its instance is to be kept before that: the newest attempt has failed for good, on a host that lives. */
export function verdictToHold(run: Run, attempt: Attempt): Verdict | undefined {
  const { end, host } = attempt;
  if (run.over || !run.plan.spec.hold || !host || end?.kind !== 'failed') return undefined;
  if (attempt.number !== run.attempts.length) return undefined;
  const judgement = run.judge(end);
  return judgement.again ? undefined : judgement;
}

/**
 * Keeps the host of a failed attempt until the time of `hold` is over, or somebody releases it. A stop, a cancel, the deadline
 * and the budget release it too; the outcome stays what it is. Time that is added by `extend` is added to the hold as well,
 * which then renews the host's lease at once. Its instance goes on costing money, and is ended by the undo.
 */
export async function hold(run: Run, attempt: Attempt, verdict: Verdict): Promise<Verdict> {
  const { limits, hold: spec } = run.plan.spec;
  const from = Date.now();
  const held: Hold = { released: false, until: from + (spec?.forSeconds ?? 0) * 1000 };
  run.hold = held;
  run.dateHold();
  run.status.reason = verdict.reason;
  enter(run, 'held');

  for (let left = held.until - from; left > 0 && !held.released; left = held.until - Date.now()) {
    const pause = Math.max(limits.leaseSeconds / SHARE, (held.until - from) / 1000 / RENEWALS);
    renew(run, attempt, Math.max(limits.leaseSeconds, Math.ceil(pause * SHARE)), held);
    const seen = run.limitChanges;
    const moved = (): boolean => held.released || run.limitChanges !== seen;
    await condition(moved, milliseconds(Math.min(pause, left / 1000)));
  }
  delete run.hold;
  delete run.status.heldUntil;
  return verdict;
}

/** Never waited for. A host that EC2 has taken cannot be held. */
function renew(run: Run, attempt: Attempt, seconds: number, held: Hold): void {
  const { lease, ...host } = leased(run, attempt);
  renewLease(`attempt ${attempt.number}: its host is held`, { ...host, lease: { ...lease, seconds } }).catch(
    (error: unknown) => {
      if (failureType(error) === FAILURES.instanceLost) held.released = true;
    },
  );
}
