import { ActivityCancellationType, type ActivityOptions, proxyActivities, workflowInfo } from '@temporalio/workflow';
import { superviseQueue, TASK_QUEUES, type TrainingActivities } from '../../../contract';
import { SIGNS } from '../../rules/signs';

type Name = keyof TrainingActivities;
type Args<K extends Name> = Parameters<TrainingActivities[K]>[0];
type Answer<K extends Name> = Awaited<ReturnType<TrainingActivities[K]>>;

/**
 * Calls the activity `name`. `summary` is the line that the Temporal UI shows for it; `options` win over the step's own.
 */
export type Step<K extends Name> = (summary: string, args: Args<K>, options?: ActivityOptions) => Promise<Answer<K>>;

function step<K extends Name>(name: K, { taskQueue, ...defaults }: ActivityOptions): Step<K> {
  return (summary, args, options = {}) => {
    // A run is on the queue of its installation, and so are its long steps on that of theirs.
    const queue = taskQueue === undefined ? {} : { taskQueue: superviseQueue(workflowInfo().taskQueue) };
    const activities = proxyActivities<TrainingActivities>({ ...defaults, ...queue, ...options, summary });
    const call = activities[name] as unknown as (args: Args<K>) => Promise<Answer<K>>;
    return call(args);
  };
}

/** A call to an API: repeated until the service is back. It gives signs of life, so that a lost start is noticed long before. */
const api: ActivityOptions = {
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: `${SIGNS.closing}s`,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
};

/** Work on a host. Each try heartbeats. After the last try (some 4 minutes of trying) the host counts as unreachable. */
const onHost: ActivityOptions = {
  startToCloseTimeout: '12 hours',
  heartbeatTimeout: `${SIGNS.preparing}s`,
  retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '30s', maximumAttempts: 12 },
};

/** A word to the agent: worth repeating for a moment, never worth waiting long for. */
const word: ActivityOptions = {
  startToCloseTimeout: '20s',
  scheduleToCloseTimeout: '1 minute',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5s' },
};

export const resolveRun = step('resolveRun', {
  ...api,
  heartbeatTimeout: `${SIGNS.preparing}s`,
  scheduleToCloseTimeout: '1 hour',
});

/**
 * Undo may begin only when it has closed: a cancel spares further tries, and never cuts one short. Six tries repeat the same
 * client token; the activity itself sends nothing later than 45 s after it was scheduled, so that no call is under way when a
 * try has timed out. That is why its timeout is not shorter, and no heartbeat's: a lost start costs a minute here, before anything bills.
 */
export const launchInstance = step('launchInstance', {
  startToCloseTimeout: '60s',
  // Far more than six tries take: for one that somebody pauses in Temporal.
  scheduleToCloseTimeout: '15 minutes',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '15s', maximumAttempts: 6 },
});

/**
 * Waits beside the steps of an attempt, on the queue of those that wait for long. Nothing hangs on how soon a cancel of it is
 * noticed.
 */
export const hearEc2 = step('hearEc2', {
  taskQueue: TASK_QUEUES.supervise,
  startToCloseTimeout: '7 days',
  heartbeatTimeout: `${SIGNS.hearing}s`,
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10s' },
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
  heartbeatTimeout: `${SIGNS.closing}s`,
  retry: { initialInterval: '1s', backoffCoefficient: 1 },
});

/**
 * A queue of its own, so that nothing waits behind thousands of it. At a worker's shutdown it throws and the next try attaches with a higher epoch.
 * Its `hostDeadline` is the one of the start; `extend` reaches the host because each renewal of the lease reads
 * `status().deadlineAt` of the run.
 */
export const supervise = step('supervise', {
  taskQueue: TASK_QUEUES.supervise,
  startToCloseTimeout: '30 days',
  heartbeatTimeout: `${SIGNS.supervising}s`,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5s' },
});

export const stopTraining = step('stopTraining', word);
/** Waited for on the host: what comes of it is the answer. Its own limit is below that of the try. */
export const takeCheckpoint = step('takeCheckpoint', {
  startToCloseTimeout: '4 minutes',
  scheduleToCloseTimeout: '4 minutes',
  heartbeatTimeout: `${SIGNS.preparing}s`,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5s' },
});

export const terminateAttempt = step('terminateAttempt', {
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: `${SIGNS.closing}s`,
  retry: { initialInterval: '1s', backoffCoefficient: 1.5, maximumInterval: '30s' },
});

export const pruneCheckpoints = step('pruneCheckpoints', { ...api, scheduleToCloseTimeout: '10 minutes' });
export const countLeftovers = step('countLeftovers', { ...api, scheduleToCloseTimeout: '1 hour' });
export const writeSummary = step('writeSummary', { ...api, scheduleToCloseTimeout: '10 minutes' });
