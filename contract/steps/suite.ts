import type { RunRef } from '../run/ids';
import type { SpecFault } from '../run/spec';
import type { ScenarioResult, StepResult, SuiteResult } from '../suite';
import type { SuiteOptions } from '../suite-options';
import type { ScenarioPlan } from '../suite-status';

/** Which suite a step works for; by its installation a worker knows its own (`own-tasks.ts`). */
export interface SuiteRef extends Pick<RunRef, 'workflowId' | 'installation' | 'namespaceId' | 'installationKey'> {
  /** Of the suite's execution. */
  runId: string;
  /** 16 hex digits: a hash of both. */
  suiteKey: string;
  tag: string;
}

export interface PlanSuiteArgs {
  /** Whatever the person typed; validated here, never before. */
  input: unknown;
  workflowId: string;
  runId: string;
}

export type SuitePlan =
  | {
      kind: 'invalid';
      faults: SpecFault[];
      suite?: SuiteRef;
      /** Whether the settings name a webhook. */
      webhook?: true;
    }
  | {
      kind: 'ok';
      suite: SuiteRef;
      options: Required<SuiteOptions>;
      scenarios: ScenarioPlan[];
      cloud: 'local' | 'aws';
      region: string;
      /** Where the report will be: `s3://bucket/…/`. */
      report: string;
      /** The suite's page in the Temporal UI, where the settings say where that is. */
      link?: string;
      webhook?: true;
    };

/** One scenario of one suite: all that its steps and its undo know. */
export interface ScenarioRef {
  suite: SuiteRef;
  scenario: string;
}

/** The input of the workflow of a scenario. */
export interface ScenarioArgs {
  suite: SuiteRef;
  plan: ScenarioPlan;
  /** Dollars that its runs may cost, together. */
  budgetUsd: number;
  /** Its steps are over, whatever came of them: only what they made is taken away. */
  undoOnly?: true;
}

/** What a running scenario says with each heartbeat, and what is known of it when its worker is lost. */
export interface ScenarioProgress {
  /** Steps that have ended. */
  steps: StepResult[];
  /** The step that is under way. */
  step?: string;
  /** Those that follow it. */
  later: string[];
  runs: string[];
}

/** Told by signal, to the scenario's workflow and to the suite's. */
export interface StepNews {
  scenario: string;
  step?: string;
  steps: { name: string; outcome: StepResult['outcome']; seconds: number }[];
}

/** Told by signal, as {@link StepNews} is: what is waited for. */
export interface WaitNews {
  /** Absent: the suite itself waits. */
  scenario?: string;
  what: string;
  /** Absent: it came. */
  why?: string;
  tries?: number;
}

export interface UndoneScenario {
  /** What could not be taken away; empty: EC2 and S3 show nothing of it. */
  leftovers: string[];
  /** Of all runs that it started, as Temporal knows them. */
  costUsd: number;
  runs: string[];
}

/** The Schedule that has started a suite that failed. */
export interface FailedSchedule {
  id: string;
  /** It is paused after so many failures in a row. */
  pauseAfter: number;
}

export interface SuiteConcluded {
  /** Whether the Schedule was paused. */
  paused: boolean;
  /** Of one that lacks something: whether the report was stored. */
  stored?: boolean;
}

/** The steps of the operator's suite. */
export interface SuiteActivities {
  /** Validates the options, and says what will be run, what it makes and what it costs. Creates nothing. */
  planSuite(args: PlanSuiteArgs): Promise<SuitePlan>;
  /**
   * Runs the steps of a scenario, never twice. Heartbeats each step's result ({@link ScenarioProgress}); when it is cancelled, the steps
   * so far are the answer. It takes nothing away: {@link undoScenario} does.
   */
  runScenario(args: ScenarioRef & { budgetUsd: number }): Promise<ScenarioResult>;
  /**
   * Takes away all that a scenario has made, by tag and name alone, and asks EC2 and S3. Throws, retryably, with what is left in the
   * message, while something is.
   */
  undoScenario(args: ScenarioRef): Promise<UndoneScenario>;
  /** Asks EC2 and S3 what of the whole suite is left. */
  countSuiteLeftovers(args: { suite: SuiteRef }): Promise<{ leftovers: string[] }>;
  /**
   * Pauses the Schedule that has started the suite if it has failed too often in a row, and stores the report as JSON, JUnit and HTML:
   * each whatever becomes of the other. Without a result, as of options that are wrong, no report. A failure says which it was of;
   * what was done all the same stands in its details.
   */
  concludeSuite(args: {
    suite: SuiteRef;
    result?: SuiteResult;
    reason?: string;
    schedule?: FailedSchedule;
  }): Promise<SuiteConcluded | undefined>;
}
