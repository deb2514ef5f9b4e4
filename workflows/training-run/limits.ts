import { condition } from '@temporalio/workflow';
import { runWord } from '../../contract';
import { dollars } from '../rules/costs';
import { iso } from '../rules/texts';
import { publish } from './board';
import { milliseconds } from './shared/waiting';
import type { Run } from './state/run';

/** The part of a limit at which people are warned. */
const WARN_AT = 0.8;

/**
 * Asks for the ending `deadline` when `limits.maxDuration` is over, whatever the run is doing then. Warns once at 80 %; `extend`
 * moves both.
 */
export async function guardDeadline(run: Run): Promise<void> {
  await guard(run, {
    summary: 'limits.maxDuration',
    changes: () => run.limitChanges,
    seconds: (part) => (run.startedAt + (run.deadline - run.startedAt) * part - Date.now()) / 1000,
    warning: () =>
      `80 % of the time is over; the run ends at ${iso(run.deadline)} (more: trainctl extend ${runWord(run.workflowId)} --duration +1h)`,
    reached: () =>
      run.ask({
        outcome: 'deadline',
        reason: deadlineReason(run),
        mode: 'graceful',
      }),
  });
}

/** The same for `limits.maxCostUsd`, at the rates of all that is running; looks again whenever a rate or the limit changes. */
export async function guardBudget(run: Run): Promise<void> {
  if (!Number.isFinite(run.maxCostUsd)) return;
  await guard(run, {
    summary: 'limits.maxCostUsd',
    changes: () => run.limitChanges + run.rateChanges,
    seconds: (part) => run.secondsUntilCost(run.maxCostUsd * part),
    warning: () =>
      `80 % of limits.maxCostUsd (${dollars(run.maxCostUsd)}) is spent (more: trainctl extend ${runWord(run.workflowId)} --cost +5)`,
    reached: () => run.ask({ outcome: 'budget', reason: budgetReason(run), mode: 'graceful' }),
  });
}

interface Limit {
  /** Grows when {@link seconds} may have changed by more than the passing of time. */
  changes(): number;
  /** Seconds until that part of the limit is reached; Infinity while nothing moves towards it. */
  seconds(part: number): number;
  /** For the Temporal UI: what is waited for. */
  readonly summary: string;
  warning(): string;
  reached(): void;
}

async function guard(run: Run, limit: Limit): Promise<void> {
  let warned = false;
  while (!run.over) {
    const seen = limit.changes();
    const moved = (): boolean => limit.changes() !== seen;
    const seconds = limit.seconds(warned ? 1 : WARN_AT);
    if (seconds === Number.POSITIVE_INFINITY) await condition(moved);
    else if (seconds > 0)
      await condition(moved, milliseconds(seconds), { summary: warned ? limit.summary : `80 % of ${limit.summary}` });
    else if (!warned) {
      warned = true;
      run.warn(limit.warning());
      publish(run);
    } else return limit.reached();
    // An extended limit may be far from its 80 % again.
    if (warned && limit.seconds(WARN_AT) > 0) warned = false;
  }
}

function deadlineReason({ deadline, lastDeadline }: Run): string {
  const what =
    deadline < lastDeadline ? 'limits.maxDuration is over' : 'the timeout of its workflow in Temporal is near';
  return `${what} (${iso(deadline)})`;
}

function budgetReason(run: Run): string {
  const costs = run.attempts.filter((a) => a.meter).map((a) => dollars(a.snapshot().costUsd));
  const sum = costs.length > 1 ? ` (${costs.join(' + ')} over ${costs.length} attempts)` : '';
  return `limits.maxCostUsd is reached: ${dollars(run.costUsd)}${sum} of ${dollars(run.maxCostUsd)}`;
}
