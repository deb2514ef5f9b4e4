import type { ScenarioArgs, ScenarioProgress, StepNews, SuiteRef, WaitNews } from '../steps/suite';
import { type Evidence, isSuiteTag, type ScenarioResult, type StepError, type StepResult } from '../suite';
import type { ScenarioPlan } from '../suite-status';
import {
  finite,
  lastText,
  list,
  needed,
  oneOf,
  orElse,
  perhaps,
  type Reader,
  shape,
  text,
  wholeText,
  yes,
} from './reader';

/** What travels through Temporal of a scenario; the report in S3 has the whole evidence. */
const MOST = { steps: 60, name: 200, text: 1000, why: 300, evidence: 4, evidenceText: 1500, ids: 60, leftovers: 40 };

const outcome = oneOf('passed', 'failed', 'skipped');
const name = text(MOST.name);
const names = list(name, MOST.steps);
const ids = list(text(1000), MOST.ids);
const amount: Reader<number> = (value) => {
  const number = finite(value);
  return number !== undefined && number >= 0 ? number : undefined;
};

const error = shape<StepError>({
  message: needed(text(MOST.text)),
  expected: perhaps(text(MOST.text)),
  seen: perhaps(text(MOST.text)),
});

const evidence = shape<Evidence>({
  name: needed(name),
  text: needed(lastText(MOST.evidenceText)),
  url: perhaps(wholeText(3000)),
});

const step = shape<StepResult>({
  name: needed(name),
  outcome: needed(outcome),
  seconds: orElse(amount, 0),
  error: perhaps(error),
  evidence: perhaps(list(evidence, MOST.evidence)),
});

/** What the steps of a scenario came to, bounded; undefined when it is none. */
export const readScenarioResult: Reader<ScenarioResult> = shape<ScenarioResult>({
  name: needed(name),
  outcome: needed(outcome),
  steps: needed(list(step, MOST.steps)),
  seconds: orElse(amount, 0),
  costUsd: orElse(amount, 0),
  leftovers: orElse(list(text(300), MOST.leftovers), []),
  runs: perhaps(ids),
  overBudget: perhaps(yes),
});

/** The last word of a scenario whose worker is lost. */
export const readScenarioProgress: Reader<ScenarioProgress> = shape<ScenarioProgress>({
  steps: needed(list(step, MOST.steps)),
  step: perhaps(name),
  later: orElse(names, []),
  runs: orElse(ids, []),
});

/** A signal that tells of a step; undefined when it is none that a worker sends. */
export const readStepNews: Reader<StepNews> = shape<StepNews>({
  scenario: needed(name),
  step: perhaps(name),
  steps: needed(
    list(
      shape<StepNews['steps'][number]>({ name: needed(name), outcome: needed(outcome), seconds: orElse(amount, 0) }),
      MOST.steps,
    ),
  ),
});

/** A signal that tells what is waited for; undefined when it is none that a worker sends. */
export const readWaitNews: Reader<WaitNews> = shape<WaitNews>({
  scenario: perhaps(name),
  what: needed(name),
  why: perhaps(text(MOST.why)),
  tries: perhaps(amount),
});

const tag: Reader<string> = (value) => (typeof value === 'string' && isSuiteTag(value) ? value : undefined);
const id = wholeText(1000);

const suite = shape<SuiteRef>({
  workflowId: needed(id),
  runId: needed(id),
  suiteKey: needed(id),
  tag: needed(tag),
  installation: needed(id),
  namespaceId: needed(id),
  installationKey: perhaps(id),
});

const plan = shape<ScenarioPlan>({
  name: needed(wholeText(60)),
  shows: orElse(text(500), ''),
  creates: orElse(list(text(300), 20), []),
  minutes: needed(amount),
  estimateUsd: needed(amount),
  last: perhaps(yes),
});

/** The input of a scenario's workflow; undefined when it is none that a suite gives. */
export const readScenarioArgs: Reader<ScenarioArgs> = shape<ScenarioArgs>({
  suite: needed(suite),
  plan: needed(plan),
  budgetUsd: orElse(amount, 0),
  undoOnly: perhaps(yes),
});
