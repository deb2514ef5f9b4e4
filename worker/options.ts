import type { NativeConnection, WorkerDeploymentOptions, WorkerOptions } from '@temporalio/worker';
import { type NotifyActivities, type ReconcileActivities, TASK_QUEUES, type TrainingActivities } from '../contract';
import { activityLog } from './activity-log';

export interface WorkerParts {
  connection: NativeConnection;
  namespace: string;
  activities: TrainingActivities;
  reconcile: ReconcileActivities;
  notify: NotifyActivities;
  /** Where the workflows' code is. */
  workflows: Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'>;
  deployment?: WorkerDeploymentOptions;
}

/** A worker that is asked to stop ends at the latest after this time, whatever still runs: Temporal repeats it elsewhere. */
const FORCE_AFTER = '45s';

/** Workflows, and all short activities. */
export function mainWorker(parts: WorkerParts): WorkerOptions {
  // On the other queue only: a second poller for it here would take the slots that stop and terminate need.
  const { supervise: _supervise, hearEc2: _hearEc2, ...activities } = parts.activities;
  return {
    ...shared(parts),
    ...parts.workflows,
    taskQueue: TASK_QUEUES.main,
    activities: { ...activities, ...parts.reconcile, ...parts.notify },
    // An open run that is not in the cache costs a replay of at most some hundred events at its next transition, which are
    // minutes apart; a cached one costs about 1 MB. 500 stay in memory, the others wait in Temporal.
    maxCachedWorkflows: 500,
    // A worker that is killed leaves its runs bound to it for so long: Temporal's usual 10 s are more than a limit may be late,
    // and than the client waits for an answer (5 s). Too short costs a replay by whoever is free.
    stickyQueueScheduleToStartTimeout: '3s',
    maxConcurrentWorkflowTaskExecutions: 40,
    // Steps wait for EC2 and for SSH, they hardly compute: a slot is some promises. Waiting for an instance to be gone holds
    // one for minutes, so there have to be far more than a machine has cores.
    maxConcurrentActivityTaskExecutions: 1_000,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 10 },
    // A stop reaches an install by the answer to its heartbeat. Only attempts that are being prepared beat here.
    maxHeartbeatThrottleInterval: '2s',
    // Most steps end by themselves in this time, and need no second try elsewhere.
    shutdownGraceTime: '10s',
  };
}

/**
 * `supervise`: thousands of activities that wait for days; and `hearEc2`, which waits beside the steps of an attempt and must
 * not take the slots that they need.
 */
export function superviseWorker(parts: WorkerParts): WorkerOptions {
  const { supervise, hearEc2 } = parts.activities;
  return {
    ...shared(parts),
    taskQueue: TASK_QUEUES.supervise,
    activities: { supervise, hearEc2 },
    // One node each. Measured: 5,000 open activities that heartbeat every minute are 750 MB and 8 s of CPU a minute.
    maxConcurrentActivityTaskExecutions: 5_000,
    // They start seldom; each poller is one more open call to the server.
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 4 },
    // Nothing that a user waits for hangs on a heartbeat here, and each is a write in Temporal's database. Half of the
    // heartbeat timeout of two minutes.
    maxHeartbeatThrottleInterval: '60s',
    // None: another worker takes over at once, and the host notices nothing.
    shutdownGraceTime: 0,
  };
}

function shared(
  parts: WorkerParts,
): Pick<WorkerOptions, 'connection' | 'namespace' | 'workerDeploymentOptions' | 'shutdownForceTime' | 'interceptors'> {
  return {
    connection: parts.connection,
    namespace: parts.namespace,
    shutdownForceTime: FORCE_AFTER,
    interceptors: { activity: [activityLog] },
    ...(parts.deployment && { workerDeploymentOptions: parts.deployment }),
  };
}
