import { ActivityCancellationType, type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import { TASK_QUEUES, type TrainingActivities } from '../../../contract';

type Name = keyof TrainingActivities;
type Args<K extends Name> = Parameters<TrainingActivities[K]>[0];
type Answer<K extends Name> = Awaited<ReturnType<TrainingActivities[K]>>;

/**
 * Calls the activity `name`. `summary` is the line that the Temporal UI shows for it; `options` win over the step's own.
 */
export type Step<K extends Name> = (summary: string, args: Args<K>, options?: ActivityOptions) => Promise<Answer<K>>;

function step<K extends Name>(name: K, defaults: ActivityOptions): Step<K> {
  return (summary, args, options = {}) => {
    const activities = proxyActivities<TrainingActivities>({ ...defaults, ...options, summary });
    const call = activities[name] as unknown as (args: Args<K>) => Promise<Answer<K>>;
    return call(args);
  };
}

/** A call to an API: repeated until the service is back. */
const api: ActivityOptions = {
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
};

/**
 * Work on a host. Each try heartbeats, so that a dead worker is noticed in a minute. After the last try (some 4 minutes of
 * trying) the host counts as unreachable.
 */
const onHost: ActivityOptions = {
  startToCloseTimeout: '12 hours',
  heartbeatTimeout: '1 minute',
  retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '30s', maximumAttempts: 12 },
};

/** A word to the agent: worth repeating for a moment, never worth waiting long for. */
const word: ActivityOptions = {
  startToCloseTimeout: '20s',
  scheduleToCloseTimeout: '1 minute',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5s' },
};

export const resolveRun = step('resolveRun', { ...api, scheduleToCloseTimeout: '1 hour' });

/**
 * Undo may begin only when it has closed: a cancel spares further tries, and never cuts one short. Six tries repeat the same
 * client token; the activity itself sends nothing later than 45 s after it was scheduled, so that no call is under way when a
 * try has timed out.
 */
export const launchInstance = step('launchInstance', {
  startToCloseTimeout: '60s',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '15s', maximumAttempts: 6 },
});

export const awaitReachable = step('awaitReachable', onHost);
export const syncCode = step('syncCode', onHost);
export const installDependencies = step('installDependencies', onHost);
export const fetchInputs = step('fetchInputs', onHost);
export const restoreCheckpoint = step('restoreCheckpoint', onHost);
/** A word to the host: the next one follows long before the lease is over. */
export const renewLease = step('renewLease', word);
export const startTraining = step('startTraining', { ...onHost, startToCloseTimeout: '5 minutes' });

export const awaitGone = step('awaitGone', {
  startToCloseTimeout: '7 days',
  heartbeatTimeout: '2 minutes',
  retry: { initialInterval: '1s', backoffCoefficient: 1 },
});

/**
 * A queue of its own, so that nothing waits behind thousands of it. Heartbeats cost the server, and nothing that a person
 * waits for depends on one: 2 minutes. At a worker's shutdown it throws and the next try attaches with a higher epoch.
 * Its `hostDeadline` is the one of the start; `extend` reaches the host because each renewal of the lease reads
 * `status().deadlineAt` of the run.
 */
export const supervise = step('supervise', {
  taskQueue: TASK_QUEUES.supervise,
  startToCloseTimeout: '30 days',
  heartbeatTimeout: '2 minutes',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5s' },
});

export const stopTraining = step('stopTraining', word);
/** Waited for on the host: what comes of it is the answer. Its own limit is below that of the try. */
export const takeCheckpoint = step('takeCheckpoint', {
  startToCloseTimeout: '4 minutes',
  scheduleToCloseTimeout: '4 minutes',
  heartbeatTimeout: '1 minute',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5s' },
});

export const terminateAttempt = step('terminateAttempt', {
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '1s', backoffCoefficient: 1.5, maximumInterval: '30s' },
});

export const pruneCheckpoints = step('pruneCheckpoints', { ...api, scheduleToCloseTimeout: '10 minutes' });
export const countLeftovers = step('countLeftovers', { ...api, scheduleToCloseTimeout: '1 hour' });
export const writeSummary = step('writeSummary', { ...api, scheduleToCloseTimeout: '10 minutes' });
