import { condition } from '@temporalio/workflow';
import { FAILURES, type Notice } from '../../../contract';
import { noticeReason } from '../../rules/endings';
import { enter, publish } from '../board';
import { failureType, rootMessage } from '../shared/failures';
import { renewLease } from '../shared/steps';
import { milliseconds } from '../shared/waiting';
import type { Attempt } from '../state/attempt';
import type { Run } from '../state/run';
import type { Hold, Verdict } from '../state/verdict';
import { besideHold } from './hearing';
import { leased } from './host-lease';
import { takenIn } from './seal';

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
  const held: Hold = { released: false, since: from, until: from + (spec?.forSeconds ?? 0) * 1000 };
  run.hold = held;
  run.dateHold();
  run.status.reason = verdict.reason;
  enter(run, 'held');
  const hearing = besideHold(run, attempt, (word) => {
    if (word.kind === 'notice') leave(run, attempt, held, word.notice);
    else letGo(run, attempt, held, word.detail);
  });

  for (let left = held.until - from; left > 0 && !held.released; left = held.until - Date.now()) {
    const pause = Math.max(limits.leaseSeconds / SHARE, (held.until - from) / 1000 / RENEWALS);
    renew(run, attempt, Math.max(limits.leaseSeconds, Math.ceil(pause * SHARE)), held);
    const [seen, until] = [run.limitChanges, held.until];
    const moved = (): boolean => held.released || run.limitChanges !== seen || held.until !== until;
    await condition(moved, milliseconds(Math.min(pause, left / 1000)), {
      summary: `attempt ${attempt.number}: its host is held`,
    });
  }
  hearing?.cancel();
  delete run.hold;
  delete run.status.heldUntil;
  return verdict;
}

/** EC2 will take the host: it can be used until then, and no longer. */
function leave(run: Run, attempt: Attempt, held: Hold, notice: Notice): void {
  attempt.give(notice);
  held.until = Math.min(held.until, Date.now() + Math.max(0, takenIn(notice)) * 1000);
  run.dateHold();
  run.warn(`attempt ${attempt.number}: ${noticeReason(notice)}: its host is held until then`);
  publish(run);
}

/** A host that EC2 has taken cannot be held. */
function letGo(run: Run, attempt: Attempt, held: Hold, why: string): void {
  run.warn(`attempt ${attempt.number}: its host is held no longer: ${why}`);
  held.released = true;
}

/** Never waited for. */
function renew(run: Run, attempt: Attempt, seconds: number, held: Hold): void {
  const { lease, ...host } = leased(run, attempt);
  renewLease(`attempt ${attempt.number}: its host is held`, { ...host, lease: { ...lease, seconds } }).catch(
    (error: unknown) => {
      if (failureType(error) === FAILURES.instanceLost && !held.released) letGo(run, attempt, held, rootMessage(error));
    },
  );
}
