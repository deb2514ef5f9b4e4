/**
 * What the operator's suite (`e2e/scenarios`) answers: plain data, which goes into workflow results and queries and is printed as it
 * is. It only grows.
 */

/** `skipped`: not tried, because what it needs is not there or a step before it failed. Never counted as passed. */
export type StepOutcome = 'passed' | 'failed' | 'skipped';

/** Why a step failed, or why it was skipped. */
export interface StepError {
  message: string;
  /** What should have been there, as text. */
  expected?: string;
  /** What was there, as text. */
  seen?: string;
}

/** Something to look at: the end of a log, what EC2 shows, a link to a history. */
export interface Evidence {
  name: string;
  text: string;
  /** Made by trainctl itself, never by a host: reports may link to it. */
  url?: string;
}

export interface StepResult {
  name: string;
  outcome: StepOutcome;
  seconds: number;
  error?: StepError;
  /** Of steps that failed, and of an undo whose first try did. */
  evidence?: Evidence[];
}

/** One thing that is left in the account, such as `instance i-0abc (running)`. */
export type Leftover = string;

/** The last step of every scenario: what it made is taken away, and seen to be gone. */
export const UNDO_STEP = 'undo: nothing of it is left';

export interface ScenarioResult {
  name: string;
  /** `failed` when any step failed, the undo among them. */
  outcome: StepOutcome;
  /** In their order; {@link UNDO_STEP} is the last. */
  steps: StepResult[];
  seconds: number;
  /** Of all runs that it started, as they say themselves. */
  costUsd: number;
  leftovers: Leftover[];
  /** Workflow ids of the runs that it started. */
  runs?: string[];
  /** It was ended because its share of the money was spent. */
  overBudget?: true;
}

/** `over-budget`, `cancelled`: it was ended before all scenarios had run. */
export type SuiteOutcome = 'passed' | 'failed' | 'over-budget' | 'cancelled';

export interface SuiteResult {
  outcome: SuiteOutcome;
  scenarios: ScenarioResult[];
  costUsd: number;
  leftovers: Leftover[];
  /** Begins the id of every run that it started, and is their project. */
  tag?: string;
  /** ISO 8601. */
  startedAt?: string;
  endedAt?: string;
  /** Where it ran. */
  cloud?: 'local' | 'aws';
  region?: string;
  installation?: string;
  /** What was expected beforehand, dollars. */
  estimateUsd?: number;
  /** Why it was ended early, or what failed. */
  reason?: string;
  /** Workflow id of the suite, where it was one. */
  suite?: string;
  /** Where its report is: `s3://…/`. */
  report?: string;
}

/** Of its scenarios: `failed` if one failed or anything is left, else `passed`. All of them skipped is no success. */
export function outcomeOfScenarios(scenarios: readonly ScenarioResult[], leftovers: readonly Leftover[]): SuiteOutcome {
  const failed = leftovers.length > 0 || scenarios.some(({ outcome }) => outcome === 'failed');
  return failed || !scenarios.some(({ outcome }) => outcome === 'passed') ? 'failed' : 'passed';
}

/** A suite's tag: it begins the ids of its runs, is their project, and names their prefix in S3. */
const SUITE_TAG = /^e2e-[a-z0-9][a-z0-9-]{3,39}$/;

export const isSuiteTag = (tag: string): boolean => SUITE_TAG.test(tag);

/** What the ids of all runs of one scenario of one suite begin with. */
export const scenarioRunPrefix = (tag: string, scenario: string): string => `${tag}.${scenario}.`;

/** Where a scenario keeps objects of its own, below the installation's prefix. */
export const scenarioPrefix = (prefix: string, tag: string, scenario: string): string =>
  `${prefix}e2e/${tag}/${scenario}/`;
