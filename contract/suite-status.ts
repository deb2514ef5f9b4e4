import { DEFAULT_INSTALLATION } from './names/temporal';
import type { ScenarioResult, StepOutcome, SuiteOutcome, SuiteResult } from './suite';
import type { SuiteOptions } from './suite-options';
import { utf8Length } from './words/size';

/** The workflow types of the operator's suite, as a person types them in the Temporal UI. */
export const SUITE_TYPE = 'e2eSuite';
export const SCENARIO_TYPE = 'e2eScenario';

/** The query of both, and the signals by which a scenario's step, and what is waited for, are told to them. */
export const SUITE_MESSAGES = { status: 'status', step: 'scenarioStep', waits: 'scenarioWaits' } as const;

/** In the memo of a suite that was the last of so many failures: the Schedule that was paused for them. */
export const SUITE_PAUSED = 'pausedSchedule';

/** The Schedule of an installation's suite, and the beginning of the ids of its workflows. */
export const suiteSchedule = (installation: string): string =>
  installation === DEFAULT_INSTALLATION ? 'trainctl-e2e' : `trainctl-e2e:${installation}`;

/** The tag of a suite that is a workflow: its key is its `TrainctlRunKey`. No other suite has such a tag. */
export const suiteTagOf = (suiteKey: string): string => `e2e-s-${suiteKey}`;

/** Whether a project is the tag of a suite: of a workflow, or of one by jest. `e2e-mymodel` is somebody's own. */
export const isMadeSuiteTag = (project: string): boolean => /^e2e-(s-[0-9a-f]{16}|[0-9a-f]{8})$/.test(project);

/** What the id of a run says of the suite's scenario that has started it; undefined: none that is a workflow. */
export function suiteOfRun(workflowId: string): { tag: string; suiteKey: string; scenario: string } | undefined {
  const [, tag = '', suiteKey = '', scenario = ''] =
    /^(e2e-s-([0-9a-f]{16}))\.([a-z0-9-]{1,60})\./.exec(workflowId) ?? [];
  return suiteKey === '' ? undefined : { tag, suiteKey, scenario };
}

/** Beyond this a suite's id leaves no room for a scenario's name in Temporal's 1000 bytes. */
const LONGEST_ID = 900;

/** The workflow id of a scenario: the suite's own and the name, unless that is too long. */
export const scenarioWorkflowId = (suiteId: string, suiteKey: string, scenario: string): string =>
  `${utf8Length(suiteId) <= LONGEST_ID ? suiteId : suiteTagOf(suiteKey)}:${scenario}`;

/** What is known of a scenario before it runs. */
export interface ScenarioPlan {
  name: string;
  shows: string;
  creates: string[];
  /** How long it may take on AWS, at most. */
  minutes: number;
  estimateUsd: number;
  /** It begins when all others have ended. */
  last?: true;
}

/** What is tried again and again, since something that it needs is away. */
export interface SuiteWait {
  what: string;
  /** What came of the last try, in the words of whoever saw it. */
  why: string;
  /** How often Temporal has begun the step; absent: it asks again within one. */
  tries?: number;
  /** When this was heard, ISO 8601. */
  at: string;
}

/** `not-started`: it never will be. */
export type ScenarioPhase = 'waiting' | 'running' | 'undoing' | 'ended' | 'not-started';

/** A scenario within a suite, as it is now. */
export interface ScenarioStatus extends ScenarioPlan {
  phase: ScenarioPhase;
  /** Its workflow, once it was started. */
  workflowId?: string;
  startedAt?: string;
  /** What its runs may cost, dollars, once it was begun: so much of the suite's budget is kept for it until it has ended. */
  capUsd?: number;
  /** The step that is under way. */
  step?: string;
  /** Steps that have ended, without evidence. */
  steps: { name: string; outcome: StepOutcome; seconds: number }[];
  /** Absent: nothing is known to be in its way. */
  waits?: SuiteWait;
  /** Of one that has ended, or was not started. */
  result?: ScenarioResult;
}

/** Where a suite is. Only grows. */
export interface SuiteStatus {
  suite: string;
  phase: 'planning' | 'running' | 'closing' | 'ended';
  outcome?: SuiteOutcome;
  reason?: string;
  startedAt: string;
  endedAt?: string;
  /** Somebody has cancelled it, and it ends what it has begun. */
  cancelling?: true;
  tag?: string;
  cloud?: 'local' | 'aws';
  region?: string;
  installation?: string;
  options?: Required<SuiteOptions>;
  estimateUsd: number;
  /** Of the scenarios that have ended. */
  costUsd: number;
  scenarios: ScenarioStatus[];
  leftovers: string[];
  /** Where its report is: `s3://…/`, with `report.json`, `report.xml` and `report.html`. */
  report?: string;
  warnings: string[];
  /** Of the suite itself; what a scenario waits for stands there. */
  waits?: SuiteWait;
}

/** The result of a suite, from where it is. */
export function suiteResultOf(status: SuiteStatus, outcome: SuiteOutcome): SuiteResult {
  const { suite, scenarios, costUsd, leftovers, tag, startedAt, endedAt, cloud, region, installation } = status;
  const { estimateUsd, reason, report } = status;
  return {
    outcome,
    scenarios: scenarios.flatMap(({ result }) => result ?? []),
    costUsd,
    leftovers,
    suite,
    startedAt,
    estimateUsd,
    ...(tag === undefined ? {} : { tag }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(cloud === undefined ? {} : { cloud }),
    ...(region === undefined ? {} : { region }),
    ...(installation === undefined ? {} : { installation }),
    ...(reason === undefined ? {} : { reason }),
    ...(report === undefined ? {} : { report }),
  };
}
