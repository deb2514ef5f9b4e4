import type { Outcome, TrainingActivities } from '../../contract';

export type ActivityName = keyof TrainingActivities;

/** What a run has to be like for an activity to take place in it; see scenario.ts. */
export type Scenario = 'plain' | 'endless' | 'interrupted' | 'waiting' | 'checkpoint' | 'stopped';

export interface ActivityFacts {
  /** It changes nothing anywhere: a fault before its effect and one after it are the same. */
  reads?: true;
  /** Default `plain`. */
  scenario?: Scenario;
  /** How a run may end that is cancelled while the activity fails. Default: only `cancelled`. */
  whenCancelled?: readonly Outcome[];
  /** Milliseconds from its begin to the kill of its worker. Default 150; sooner when it ends sooner. */
  killAfter?: number;
}

/** The outcome is known by then, and a cancel comes too late to change it. */
const CLOSING = { whenCancelled: ['succeeded'] } as const;

/** All activities of a run: the compiler refuses this table when one is missing, so that none can be forgotten. */
export const ACTIVITIES: Readonly<Record<ActivityName, ActivityFacts>> = {
  resolveRun: {},
  launchInstance: {},
  awaitReachable: {},
  syncCode: {},
  installDependencies: {},
  fetchInputs: {},
  awaitGone: { reads: true, scenario: 'interrupted' },
  renewLease: { scenario: 'waiting' },
  // What is left to train after it is short: on a busy server the cancel may arrive when the command has succeeded.
  restoreCheckpoint: { scenario: 'interrupted', whenCancelled: ['cancelled', 'succeeded'] },
  startTraining: {},
  supervise: { killAfter: 600 },
  stopTraining: { scenario: 'stopped' },
  takeCheckpoint: { scenario: 'checkpoint' },
  terminateAttempt: CLOSING,
  countLeftovers: { reads: true, ...CLOSING },
  pruneCheckpoints: CLOSING,
  writeSummary: CLOSING,
};
