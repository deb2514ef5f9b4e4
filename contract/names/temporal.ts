/** The workflow type and the task queues, as a person types them in the Temporal UI. */
export const WORKFLOW_TYPE = 'trainingRun';

export const TASK_QUEUES = {
  /** Workflows and all short activities. */
  main: 'trainctl',
  /** `supervise` alone, so that terminate and stop never wait behind thousands of it. */
  supervise: 'trainctl-supervise',
} as const;

/** Names of the messages that a run answers. */
export const MESSAGES = {
  stop: 'stop',
  takeCheckpoint: 'takeCheckpoint',
  extend: 'extend',
  release: 'release',
  status: 'status',
  hostEvent: 'hostEvent',
} as const;

/** Custom search attributes, by Temporal type. The worker registers them at start. */
export const SEARCH_ATTRIBUTES = {
  TrainctlRunKey: 'KEYWORD',
  TrainctlName: 'KEYWORD',
  TrainctlProject: 'KEYWORD',
  TrainctlPhase: 'KEYWORD',
  TrainctlOutcome: 'KEYWORD',
  TrainctlPlacement: 'KEYWORD',
  TrainctlAttempt: 'INT',
  TrainctlStep: 'INT',
  TrainctlCostUsd: 'DOUBLE',
  TrainctlCleanupPending: 'BOOL',
  TrainctlDisconnected: 'BOOL',
} as const;

export type SearchAttributeName = keyof typeof SEARCH_ATTRIBUTES;
