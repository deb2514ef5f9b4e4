import type { NotifyActivities, ReconcileActivities, SuiteActivities, TrainingActivities } from '../../../contract';

/** Every activity that a worker of the product registers; matrix.test.ts compares with the workers' own word. */
export type AllActivities = TrainingActivities & ReconcileActivities & NotifyActivities & SuiteActivities;
export type ActivityName = keyof AllActivities;

/** What has to be for an activity to take place; see cell/scenario.ts and, for `terminated` and `suite`, cell/reconcile.ts and cell/suite.ts. */
export type Scenario =
  | 'plain'
  | 'endless'
  | 'interrupted'
  | 'waiting'
  | 'checkpoint'
  | 'stopped'
  | 'terminated'
  | 'suite';

export interface ActivityFacts {
  /** It changes nothing anywhere: a fault before its effect and one after it are the same. */
  reads?: true;
  /** Default `plain`. */
  scenario?: Scenario;
  /** It begins only when the outcome is known: a cancel there comes too late to change it. */
  closing?: true;
  /** Milliseconds from its begin to the kill of its worker. Default 150; sooner when it ends sooner. */
  killAfter?: number;
}

/** Of a run. The compiler refuses these tables when an activity is missing, so that none can be forgotten. */
export const OF_RUNS: Readonly<Record<keyof TrainingActivities, ActivityFacts>> = {
  resolveRun: {},
  launchInstance: {},
  awaitReachable: {},
  hearEc2: { reads: true },
  syncCode: {},
  installDependencies: {},
  fetchInputs: {},
  awaitGone: { reads: true, scenario: 'interrupted' },
  renewLease: { scenario: 'waiting' },
  restoreCheckpoint: { scenario: 'interrupted' },
  startTraining: {},
  supervise: { killAfter: 600 },
  stopTraining: { scenario: 'stopped' },
  takeCheckpoint: { scenario: 'checkpoint' },
  terminateAttempt: { closing: true },
  countLeftovers: { reads: true, closing: true },
  pruneCheckpoints: { closing: true },
  writeSummary: { closing: true },
};

export const ACTIVITIES: Readonly<Record<ActivityName, ActivityFacts>> = {
  ...OF_RUNS,
  // In the midst of a run that goes on: its message says that the first attempt is interrupted.
  postWebhook: { scenario: 'interrupted' },
  surveyResources: { reads: true, scenario: 'terminated' },
  endResources: { scenario: 'terminated' },
  planSuite: { scenario: 'suite' },
  // Its run has an instance then.
  runScenario: { scenario: 'suite', killAfter: 3_000 },
  undoScenario: { scenario: 'suite', closing: true },
  countSuiteLeftovers: { reads: true, scenario: 'suite' },
  concludeSuite: { scenario: 'suite', closing: true },
};
