/** The workflow type and the task queues, as a person types them in the Temporal UI. */
export const WORKFLOW_TYPE = 'trainingRun';

/** The name of an installation that was given none. */
export const DEFAULT_INSTALLATION = 'default';

/** The task queues of the installation `default`; those of others: {@link queuesOf}. */
export const TASK_QUEUES = {
  /** Workflows and all short activities. */
  main: 'trainctl',
  /** `supervise` alone, so that terminate and stop never wait behind thousands of it. */
  supervise: 'trainctl-supervise',
} as const;

/**
 * What to do about runs on the queue `trainctl` that belong to an installation with a name: until queues went by installation, the runs of
 * all were there.
 */
export const OLD_RUNS_NEXT = 'keep a worker of that release until they have ended (docs/upgrade-the-worker.md)';

export interface Queues {
  main: string;
  supervise: string;
}

/** The task queues of an installation: its workers poll no others. No name has a colon, so none can mean another's. */
export function queuesOf(installation: string): Queues {
  if (installation === DEFAULT_INSTALLATION) return TASK_QUEUES;
  return { main: `${TASK_QUEUES.main}:${installation}`, supervise: `${TASK_QUEUES.supervise}:${installation}` };
}

/** The queue of the long steps of a run that is on `main`. */
export function superviseQueue(main: string): string {
  const own = `${TASK_QUEUES.main}:`;
  return main.startsWith(own) ? `${TASK_QUEUES.supervise}:${main.slice(own.length)}` : TASK_QUEUES.supervise;
}

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

/** What Temporal itself notes of an execution that a Schedule started: the Schedule's id. */
export const SCHEDULED_BY = 'TemporalScheduledById';

export type SearchAttributeName = keyof typeof SEARCH_ATTRIBUTES;
