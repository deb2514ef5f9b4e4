import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  type ChildWorkflowHandle,
  ParentClosePolicy,
  startChild,
  type Workflow,
  workflowInfo,
} from '@temporalio/workflow';
import {
  readScenarioResult,
  SCENARIO_TYPE,
  type ScenarioArgs,
  type ScenarioResult,
  type ScenarioStatus,
  scenarioWorkflowId,
} from '../../contract';
import { lostResult, notBegun } from '../rules/suite';
import { fitBytes, iso } from '../rules/texts';
import { KEYS } from './attributes';
import { rootMessage } from './failures';
import type { Suite } from './suite';
import { beginUndo, undone } from './undo';

/** One scenario to its end, in a workflow of its own; whatever becomes of that, what it made is taken away. */
export async function runOne(suite: Suite, entry: ScenarioStatus): Promise<void> {
  const began = Date.now();
  Object.assign(entry, { phase: 'running', startedAt: iso(began) });
  let child: ChildWorkflowHandle<Workflow> | undefined;
  try {
    child = await suite.begun.run(() => begin(suite, entry));
    const started = child;
    const answered = await suite.begun.run(() => started.result());
    suite.ended(entry, 'ended', readScenarioResult(answered) ?? unreadable(entry.name));
  } catch (error) {
    if (!child && error instanceof CancelledFailure) {
      suite.ended(entry, 'not-started', notBegun(entry.name, 'the suite was cancelled before'));
      return;
    }
    const said = resultIn(error);
    if (said) return suite.ended(entry, 'ended', said);
    if (!isOfChild(error)) throw error;
    // It has no last word: it was terminated, or has timed out, and has undone nothing.
    beginUndo(entry);
    const lost = lostResult(entry.name, rootMessage(error), (Date.now() - began) / 1000);
    suite.ended(entry, 'ended', await undone({ suite: suite.ref, scenario: entry.name }, lost));
  }
}

async function begin(suite: Suite, entry: ScenarioStatus): Promise<ChildWorkflowHandle<Workflow>> {
  const { suiteKey, tag } = suite.ref;
  const {
    phase: _phase,
    workflowId: _id,
    startedAt: _at,
    capUsd: budgetUsd = 0,
    step: _step,
    waits: _waits,
    steps: _steps,
    result: _result,
    ...plan
  } = entry;
  const args: ScenarioArgs = { suite: suite.ref, plan, budgetUsd };
  const own = scenarioWorkflowId(suite.status.suite, suiteKey, entry.name);
  for (const workflowId of [own, `${own}:${suiteKey.slice(0, 8)}`]) {
    try {
      const child = await startChild(SCENARIO_TYPE, {
        workflowId,
        taskQueue: workflowInfo().taskQueue,
        args: [args],
        // It takes away what it has made, and then closes.
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        memo: { suite: suite.ref, scenario: entry.name },
        typedSearchAttributes: [
          { key: KEYS.name, value: entry.name },
          { key: KEYS.project, value: tag },
          { key: KEYS.runKey, value: suiteKey },
        ],
        staticSummary: fitBytes(entry.name, 200),
      });
      entry.workflowId = workflowId;
      return child;
    } catch (error) {
      // One of a suite of the same id that was terminated may still be undoing.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
  throw ApplicationFailure.nonRetryable(`workflows with the id ${own} are open that are not of this suite`);
}

const unreadable = (name: string): ScenarioResult =>
  lostResult(name, 'its workflow answered nothing that can be read', 0);

const isOfChild = (error: unknown): boolean =>
  error instanceof ChildWorkflowFailure || error instanceof ApplicationFailure || error instanceof CancelledFailure;

/** What a scenario that did not end well has said. */
function resultIn(error: unknown): ScenarioResult | undefined {
  const cause = error instanceof ChildWorkflowFailure ? error.cause : undefined;
  return cause instanceof ApplicationFailure ? readScenarioResult(cause.details?.[0]) : undefined;
}
