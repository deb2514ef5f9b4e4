import {
  ActivityFailure,
  CancellationScope,
  CancelledFailure,
  defineQuery,
  defineSignal,
  setHandler,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import {
  readScenarioArgs,
  readScenarioResult,
  readStepNews,
  type ScenarioArgs,
  type ScenarioResult,
  type ScenarioStatus,
  SUITE_MESSAGES,
} from '../../contract';
import { failure } from '../failures';
import { setPage } from '../pages';
import { firstFailure, lostResult } from '../rules/suite';
import { fitBytes, iso } from '../rules/texts';
import { takeNoSignals } from '../signals';
import { KEYS } from './attributes';
import { lastProgress, rootMessage } from './failures';
import { scenarioPage } from './page';
import { runScenario } from './steps';
import { beginUndo, undone } from './undo';
import { hearWaits } from './waits';

/**
 * One scenario of a suite: its steps once, then always its undo, also when it is cancelled, its worker is lost, or the suite is
 * terminated (which cancels it). With `undoOnly`, that alone: for one that Temporal has ended.
 *
 * @param input as the suite gives it
 * @returns the result of one that passed or was skipped
 * @throws ApplicationFailure `failed` or `cancelled`, with the result as its detail
 */
export async function e2eScenario(input: unknown): Promise<ScenarioResult> {
  const args = readScenarioArgs(input);
  const now = statusOf(args);
  answer(now);
  if (!args)
    throw failure('invalid', 'a scenario is started by its suite: start e2eSuite, with {"only": ["its-name"]}');
  let cancelled = false;
  const steps = new CancellationScope();
  CancellationScope.current().cancelRequested.catch(() => {
    cancelled = true;
    steps.cancel();
  });
  return CancellationScope.nonCancellable(async () => {
    const ref = { suite: args.suite, scenario: args.plan.name };
    const said = args.undoOnly
      ? lostResult(args.plan.name, 'Temporal ended its workflow: what it made is taken away', 0)
      : await ran(args, steps);
    beginUndo(now);
    const result = await undone(ref, said);
    delete now.waits;
    Object.assign(now, {
      phase: 'ended',
      result,
      steps: result.steps.map(({ name, outcome, seconds }) => ({ name, outcome, seconds })),
    });
    return close(result, { cancelled, undoOnly: args.undoOnly === true });
  });
}

/** The steps, to their last word, whatever that is. */
async function ran(args: ScenarioArgs, steps: CancellationScope): Promise<ScenarioResult> {
  const { name, minutes } = args.plan;
  const began = Date.now();
  try {
    const answered = await steps.run(() =>
      runScenario({ suite: args.suite, scenario: name, budgetUsd: args.budgetUsd }, minutes),
    );
    return readScenarioResult(answered) ?? lostResult(name, 'its steps answered nothing that can be read', 0);
  } catch (error) {
    if (!(error instanceof ActivityFailure) && !(error instanceof CancelledFailure)) throw error;
    return lostResult(name, rootMessage(error), (Date.now() - began) / 1000, lastProgress(error));
  }
}

function close(
  result: ScenarioResult,
  { cancelled, undoOnly }: { cancelled: boolean; undoOnly: boolean },
): ScenarioResult {
  const { outcome, costUsd, leftovers } = result;
  const how = undoOnly ? 'undone' : cancelled ? 'cancelled' : outcome;
  const first = firstFailure([result]);
  const clean = leftovers.length === 0 && result.steps.at(-1)?.outcome === 'passed';
  upsertSearchAttributes([
    { key: KEYS.outcome, value: how },
    { key: KEYS.costUsd, value: costUsd },
    { key: KEYS.cleanupPending, value: !clean },
  ]);
  upsertMemo({ outcome: how, ...(first ? { reason: fitBytes(`${first.step}: ${first.why}`, 900) } : {}) });
  if (undoOnly ? clean : outcome !== 'failed' && !cancelled) return result;
  const words = first ? `"${first.step}": ${first.why}` : 'cancelled';
  throw failure(cancelled && !undoOnly ? 'cancelled' : 'failed', words.replace(/\s+/g, ' ').slice(0, 500), [result]);
}

function statusOf(args: ScenarioArgs | undefined): ScenarioStatus {
  const plan = args?.plan ?? { name: 'unknown', shows: '', creates: [], minutes: 0, estimateUsd: 0 };
  const { workflowId, startTime } = workflowInfo();
  return { ...plan, phase: 'running', workflowId, startedAt: iso(startTime.getTime()), steps: [] };
}

/** What is told of its steps while they run is for who looks; the result is what they answer in the end. */
function answer(now: ScenarioStatus): void {
  setPage({ details: () => scenarioPage(now), live: () => undefined });
  setHandler(defineQuery<ScenarioStatus>(SUITE_MESSAGES.status), () => now, { description: 'Where the scenario is' });
  setHandler(
    defineSignal<[unknown]>(SUITE_MESSAGES.step),
    (said) => {
      const news = readStepNews(said);
      if (news?.scenario !== now.name || now.phase !== 'running') return;
      now.steps = news.steps;
      delete now.waits;
      if (news.step === undefined) delete now.step;
      else now.step = news.step;
    },
    { description: 'Not for people: what the worker tells of a step' },
  );
  hearWaits((name) => (name === now.name && now.phase !== 'ended' ? now : undefined));
  takeNoSignals();
}
