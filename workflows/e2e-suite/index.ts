import {
  ActivityFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  sleep,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import {
  isModest,
  LARGEST_INPUT,
  oneLine,
  type ScenarioStatus,
  type SuiteOutcome,
  type SuiteResult,
  suiteFaultWords,
  suiteResultOf,
} from '../../contract';
import { failure } from '../failures';
import { nextOf, notBegun, suiteOutcome, suiteReason } from '../rules/suite';
import { fitBytes, iso } from '../rules/texts';
import { pausedMemo, report, tellSchedule } from './conclude';
import { rootMessage } from './failures';
import { runOne } from './run-one';
import { countSuiteLeftovers, planSuite } from './steps';
import { Suite } from './suite';
import { tellEnd } from './webhook';

export { e2eScenario } from './scenario';

/**
 * The operator's suite: scenarios that show whether this installation is fit to train, each in a workflow of its own, within one
 * budget; nothing of them is left when it closes.
 *
 * @param input `{"only": ["code-sync"], "maxUsd": 3, "parallel": 2, "notify": "failure"}`; nothing at all, `null` and `{}` are all
 *   scenarios; anything else fails as `invalid`, with every fault named and nothing created
 * @returns the result, when all passed
 * @throws ApplicationFailure `failed`, `over-budget` or `invalid`, with the result as its detail; CancelledFailure when it was cancelled
 */
export async function e2eSuite(input?: unknown): Promise<SuiteResult> {
  const suite = new Suite();
  suite.answer();
  return CancellationScope.nonCancellable(() => story(suite, input));
}

async function story(suite: Suite, input: unknown): Promise<SuiteResult> {
  await plan(suite, input);
  await runAll(suite);
  suite.status.phase = 'closing';
  if (suite.plan) await lookForLeftovers(suite);
  return close(suite);
}

/** Checks what somebody typed. Nothing exists yet, so whatever goes wrong here leaves nothing. */
async function plan(suite: Suite, input: unknown): Promise<void> {
  if (!isModest(input, LARGEST_INPUT))
    throw await invalid(suite, 'the options of the suite are too large, or nested too deep');
  const { workflowId, runId } = workflowInfo();
  try {
    const answer = await suite.begun.run(() => planSuite({ input, workflowId, runId }));
    suite.webhook = answer.webhook === true;
    if (answer.kind === 'invalid') {
      const words = suiteFaultWords(answer.faults);
      await tellSchedule(suite, answer.suite, words);
      throw await invalid(suite, words, answer.faults);
    }
    suite.take(answer);
  } catch (error) {
    if (suite.cancelled && (error instanceof ActivityFailure || error instanceof CancelledFailure)) return;
    if (!(error instanceof ActivityFailure)) throw error;
    const reason = oneLine(`the suite could not be prepared: ${rootMessage(error)}`);
    suite.publish('failed');
    upsertMemo({ outcome: 'failed', reason: fitBytes(reason, 900) });
    throw failure('failed', reason);
  }
}

async function invalid(suite: Suite, words: string, faults: unknown[] = []): Promise<Error> {
  const reason = words.length <= 2000 ? words : `${words.slice(0, 1999)}…`;
  Object.assign(suite.status, { phase: 'ended', reason });
  suite.publish('invalid');
  upsertMemo({ outcome: 'invalid', reason: fitBytes(reason, 900), ...pausedMemo(suite) });
  await tellEnd(suite, 'invalid', reason);
  return failure('invalid', reason, [{ faults }]);
}

/** Begins one after the other as far as the budget and `parallel` allow, and waits for all. */
async function runAll(suite: Suite): Promise<void> {
  const { scenarios } = suite.status;
  const of = (phase: ScenarioStatus['phase']): ScenarioStatus[] => scenarios.filter((one) => one.phase === phase);
  const under = (): ScenarioStatus[] => [...of('running'), ...of('undoing')];
  const lives: Promise<void>[] = [];
  let ended = 0;
  while (suite.plan && !suite.cancelled) {
    const { maxUsd, parallel } = suite.planned.options;
    const next = nextOf({ waiting: of('waiting'), running: under(), spentUsd: suite.status.costUsd, maxUsd, parallel });
    if (next === 'done') break;
    if (next === 'wait') {
      const before = ended;
      await condition(() => ended > before || suite.cancelled);
      continue;
    }
    if ('refuse' in next) {
      suite.refused = true;
      for (const { name } of next.refuse)
        refuse(suite, name, 'its estimate does not fit into what is left of the budget');
      continue;
    }
    const entry = scenarios.find(({ name }) => name === next.begin.name);
    if (!entry) throw new Error(`no scenario ${next.begin.name}`);
    entry.capUsd = next.capUsd;
    const life = runOne(suite, entry).finally(() => {
      ended += 1;
    });
    lives.push(life);
  }
  for (const { name } of of('waiting')) refuse(suite, name, 'the suite was cancelled before');
  await Promise.all(lives);
}

function refuse(suite: Suite, name: string, why: string): void {
  const entry = suite.status.scenarios.find((one) => one.name === name);
  if (entry) suite.ended(entry, 'not-started', notBegun(name, why));
}

/** Seconds between two looks at what is left; what was asked to go is shown for a moment longer. */
const LOOK_AGAIN = [2, 5, 10, 20, 30];

/** Each scenario was seen gone; this is asked once more of all, by the suite's tag. */
async function lookForLeftovers(suite: Suite): Promise<void> {
  const own = suite.results.flatMap(({ leftovers }) => leftovers);
  try {
    for (const wait of [...LOOK_AGAIN, 0]) {
      const { leftovers } = await countSuiteLeftovers({ suite: suite.ref });
      delete suite.status.waits;
      suite.status.leftovers = [...new Set([...own, ...leftovers])].slice(0, 100);
      if (leftovers.length === 0 || wait === 0) return;
      await sleep(wait * 1000, { summary: 'until EC2 and S3 are asked again what is left' });
    }
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    delete suite.status.waits;
    suite.status.leftovers = [
      ...new Set([...own, `unknown: EC2 and S3 did not say what is left (${rootMessage(error)})`]),
    ];
  }
}

/** The last page: says how it ended, everywhere, and closes it so. */
async function close(suite: Suite): Promise<SuiteResult> {
  const { status, results } = suite;
  const outcome: SuiteOutcome = suiteOutcome(results, status.leftovers, suite);
  const { cancelled } = suite;
  const budget = { costUsd: status.costUsd, maxUsd: suite.plan?.options.maxUsd ?? 0, cancelled };
  const reason = suiteReason(outcome, results, status.leftovers, budget);
  Object.assign(status, { outcome, phase: 'ended', endedAt: iso(Date.now()) });
  if (reason !== undefined) status.reason = reason;
  delete status.cancelling;
  await report(suite, outcome);
  suite.publish(outcome);
  upsertMemo({ outcome, ...(reason === undefined ? {} : { reason: fitBytes(reason, 900) }), ...pausedMemo(suite) });
  await tellEnd(suite, outcome, reason ?? 'all passed');
  const result = suiteResultOf(status, outcome);
  if (outcome === 'passed') return result;
  if (outcome === 'cancelled') throw new CancelledFailure(reason ?? outcome);
  throw failure(outcome, oneLine(reason ?? outcome), [result]);
}
