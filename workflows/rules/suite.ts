import {
  oneLine,
  outcomeOfScenarios,
  type ScenarioPlan,
  type ScenarioProgress,
  type ScenarioResult,
  type ScenarioStatus,
  type StepResult,
  type SuiteOutcome,
  type SuiteResult,
  UNDO_STEP,
  type UndoneScenario,
} from '../../contract';
import { dollars } from './costs';
import { shorten } from './texts';

/** Of sums of dollars: no estimate is so fine. */
const HAIR = 1e-9;

/** What is to be done next: begin one, wait for the end of another, or give up those that no longer fit. */
export type Next = { begin: ScenarioPlan; capUsd: number } | { refuse: ScenarioPlan[] } | 'wait' | 'done';

/** One that has begun and not ended, with what its runs may cost, dollars. */
export type Begun = Pick<ScenarioStatus, 'last' | 'capUsd' | 'estimateUsd'>;

export interface Queue {
  /** In their order. */
  waiting: readonly ScenarioPlan[];
  running: readonly Begun[];
  /** Dollars of those that have ended. */
  spentUsd: number;
  maxUsd: number;
  parallel: number;
}

/**
 * The budget holds for the whole suite: what runs counts by all that it may spend until it says what it cost. One whose estimate does
 * not fit waits while others run, which may cost less; when none does, it is not begun. What is left is shared with those that may begin
 * beside it. `last` ones begin after all others, one by one.
 */
export function nextOf({ waiting, running, spentUsd, maxUsd, parallel }: Queue): Next {
  if (waiting.length === 0) return running.length > 0 ? 'wait' : 'done';
  const early = waiting.filter(({ last }) => !last);
  const late = early.length === 0;
  if (running.length >= (late ? 1 : parallel) || running.some(({ last }) => last)) return 'wait';
  const candidates = late ? waiting.slice(0, 1) : early;
  const left = leftOf({ running, spentUsd, maxUsd });
  const fits = candidates.find(({ estimateUsd }) => estimateUsd <= left + HAIR);
  if (fits) {
    const beside = Math.min(late ? 1 : parallel - running.length, candidates.length);
    return { begin: fits, capUsd: Math.max(0, Math.min(left, Math.max(fits.estimateUsd, left / beside))) };
  }
  return running.length > 0 ? 'wait' : { refuse: [...candidates] };
}

/** Dollars that no scenario has spent, and none that runs may spend. */
const leftOf = ({ running, spentUsd, maxUsd }: Pick<Queue, 'running' | 'spentUsd' | 'maxUsd'>): number =>
  maxUsd - spentUsd - running.reduce((sum, { capUsd, estimateUsd }) => sum + (capUsd ?? estimateUsd), 0);

const failed = (name: string, message: string, seconds = 0): StepResult => ({
  name,
  outcome: 'failed',
  seconds,
  error: { message: shorten(message, 1000) },
});

const nothing = { seconds: 0, costUsd: 0, leftovers: [] };

/** Of a scenario that was never begun. */
export const notBegun = (name: string, why: string): ScenarioResult => ({
  ...nothing,
  name,
  outcome: 'skipped',
  steps: [{ name: 'begin', outcome: 'skipped', seconds: 0, error: { message: why } }],
});

/** Of a scenario whose steps have no last word: failed in the step that was under way, as far as is known. */
export function lostResult(
  name: string,
  why: string,
  seconds: number,
  progress: ScenarioProgress = { steps: [], later: [], runs: [] },
): ScenarioResult {
  const { steps, step = 'begin', later, runs } = progress;
  const skipped = later.map((one): StepResult => ({ name: one, outcome: 'skipped', seconds: 0 }));
  return { ...nothing, name, outcome: 'failed', steps: [...steps, failed(step, why), ...skipped], seconds, runs };
}

/**
 * With what its undo came to: that it could not be verified is a failure, whatever the steps say. One of the worker's own that failed
 * before is told, and is none when nothing is left in the end.
 */
export function withUndo(
  result: ScenarioResult,
  undo: UndoneScenario | { failed: string },
  seconds: number,
): ScenarioResult {
  const own = result.steps.filter(({ name }) => name !== UNDO_STEP);
  const first = result.steps.find(isFailedUndo);
  const left = 'failed' in undo ? [] : undo.leftovers;
  const why = 'failed' in undo ? undo.failed : `still there: ${left.join(', ')}`;
  const clean = !('failed' in undo) && left.length === 0;
  const last: StepResult = {
    ...(clean ? { name: UNDO_STEP, outcome: 'passed', seconds } : failed(UNDO_STEP, why, seconds)),
    ...(first ? { evidence: [{ name: 'at the first try', text: stepWhy(first) }] } : {}),
  };
  const runs = [...new Set([...(result.runs ?? []), ...('failed' in undo ? [] : undo.runs)])];
  return {
    ...result,
    outcome: !clean ? 'failed' : first ? outcomeOfSteps(own) : result.outcome,
    steps: [...own, last],
    seconds: result.seconds + seconds,
    costUsd: Math.max(result.costUsd, 'failed' in undo ? 0 : undo.costUsd),
    leftovers: [...left],
    ...(runs.length > 0 ? { runs } : {}),
  };
}

function outcomeOfSteps(steps: readonly StepResult[]): ScenarioResult['outcome'] {
  const worst = (['failed', 'skipped'] as const).find((outcome) => steps.some((one) => one.outcome === outcome));
  return worst ?? (steps.length > 0 ? 'passed' : 'skipped');
}

const isNotBegun = ({ outcome, steps }: ScenarioResult): boolean =>
  outcome === 'skipped' && steps.length === 1 && steps[0]?.name === 'begin';

/** Whether something of it may still be there. */
const hasLeft = ({ leftovers, steps }: ScenarioResult): boolean => leftovers.length > 0 || steps.some(isFailedUndo);

const isFailedUndo = ({ name, outcome }: StepResult): boolean => name === UNDO_STEP && outcome === 'failed';

const undoOnly = (one: ScenarioResult): ScenarioResult => ({ ...one, steps: one.steps.filter(isFailedUndo) });

/** How a suite ends. What failed is told before what had no money left; of one that was cancelled, what is not gone. */
export function suiteOutcome(
  scenarios: readonly ScenarioResult[],
  leftovers: readonly string[],
  { cancelled, refused }: { cancelled: boolean; refused: boolean },
): SuiteOutcome {
  if (cancelled) return leftovers.length > 0 || scenarios.some(hasLeft) ? 'failed' : 'cancelled';
  const broken = leftovers.length > 0 || scenarios.some((one) => one.outcome === 'failed' && !one.overBudget);
  const spent = refused || scenarios.some(({ overBudget }) => overBudget);
  return spent && !broken ? 'over-budget' : outcomeOfScenarios(scenarios, leftovers);
}

/** Scenario, step and why, of the first that failed. */
export function firstFailure(
  scenarios: readonly ScenarioResult[],
): { scenario: string; step: string; why: string } | undefined {
  for (const { name, outcome, steps } of scenarios) {
    if (outcome !== 'failed') continue;
    const step = steps.find((one) => one.outcome === 'failed');
    return { scenario: name, step: step?.name ?? 'begin', why: step ? stepWhy(step) : 'no step says why' };
  }
  return undefined;
}

function stepWhy({ error }: StepResult): string {
  const { message = 'it does not say why', expected, seen } = error ?? {};
  const told = [
    message,
    expected && `expected ${shorten(oneLine(expected), 200)}`,
    seen && `saw ${shorten(oneLine(seen), 200)}`,
  ];
  return told.filter(Boolean).join('; ');
}

/** Why a suite did not end well, in a line. */
export function suiteReason(
  outcome: SuiteOutcome,
  scenarios: readonly ScenarioResult[],
  leftovers: readonly string[],
  budget: { costUsd: number; maxUsd: number; cancelled?: boolean },
): string | undefined {
  const bad = scenarios.filter((one) => one.outcome === 'failed');
  const begun = scenarios.filter(({ steps }) => steps.some((one) => one.outcome !== 'skipped'));
  switch (outcome) {
    case 'passed':
      return undefined;
    case 'cancelled':
      return `cancelled through Temporal: ${begun.length} of ${scenarios.length} scenarios had begun`;
    case 'over-budget': {
      const skipped = scenarios.filter(isNotBegun).map(({ name }) => name);
      const ended = scenarios.filter(({ overBudget }) => overBudget).map(({ name }) => name);
      const of = `${dollars(budget.maxUsd)}, of which ${dollars(budget.costUsd)} are spent`;
      const parts = [
        ended.length > 0 ? `ended since its share of the money was spent: ${ended.join(', ')}` : '',
        skipped.length > 0
          ? `${skipped.length} of ${scenarios.length} scenarios were not begun, since their estimates do not fit into ${of}: ${skipped.join(', ')}`
          : '',
      ];
      return parts.filter(Boolean).join('; ');
    }
    case 'failed': {
      // Whoever has cancelled wants to know of what is left, and of nothing else.
      const first = firstFailure(budget.cancelled ? scenarios.filter(hasLeft).map(undoOnly) : scenarios);
      const where = first ? `${first.scenario} failed at "${first.step}": ${first.why}` : '';
      const others = bad.map(({ name }) => name).filter((name) => name !== first?.scenario);
      const parts = [
        budget.cancelled ? 'cancelled through Temporal, and not all that had begun is gone' : '',
        where,
        others.length > 0 ? `also failed: ${others.join(', ')}` : '',
        leftovers.length > 0 ? `left over: ${leftovers.slice(0, 10).join(', ')}` : '',
        bad.length === 0 && leftovers.length === 0 ? 'nothing was shown: every scenario was skipped' : '',
      ];
      return oneLine(parts.filter(Boolean).join('; '));
    }
  }
}

/** `3 passed, 1 failed, 2 skipped`. */
export function tally({ scenarios }: Pick<SuiteResult, 'scenarios'>): string {
  const counts = (['passed', 'failed', 'skipped'] as const).map(
    (outcome) => [scenarios.filter((one) => one.outcome === outcome).length, outcome] as const,
  );
  return (
    counts
      .filter(([count]) => count > 0)
      .map(([count, outcome]) => `${count} ${outcome}`)
      .join(', ') || 'no scenario has ended'
  );
}
