import { availableParallelism } from 'node:os';
import { defaultPayloadConverter } from '@temporalio/common';
import type {
  ActivityInterceptorsFactory,
  NativeConnection,
  WorkerDeploymentOptions,
  WorkerOptions,
} from '@temporalio/worker';
import { processIdentity } from '../adapters/settings';
import {
  type NotifyActivities,
  type Queues,
  type ReconcileActivities,
  readingCodec,
  type SuiteActivities,
  type TrainingActivities,
} from '../contract';
import { activityLog } from './activity-log';
import type { WorkflowFiles } from './files';
import { livePageCodec, type ReadLivePage } from './live-page';

export interface WorkerParts {
  connection: NativeConnection;
  namespace: string;
  queues: Queues;
  /** Hands back what is another installation's. */
  ownTasks?: ActivityInterceptorsFactory;
  /** Keeps the answers of long steps until Temporal can take them. */
  handedOn?: ActivityInterceptorsFactory;
  /** Hears by heartbeats that a run is gone. */
  gone?: ActivityInterceptorsFactory;
  activities: TrainingActivities;
  reconcile: ReconcileActivities;
  notify: NotifyActivities;
  suite: SuiteActivities;
  workflows: WorkflowFiles;
  deployment?: WorkerDeploymentOptions;
  /** What runs show in the Temporal UI of the hosts that train. Absent: nothing. */
  livePage?: ReadLivePage;
}

/** A worker that is asked to stop ends at the latest after this time, whatever still runs: Temporal repeats it elsewhere. */
const FORCE_AFTER = '45s';

/**
 * How many steps a worker begins in a second, at most: by its cores. A machine that has begun more than it can carry answers the server too
 * late, which has then noted starts that nobody makes. The others wait in Temporal, where it costs nothing.
 */
export const startsPerSecond = (cores = availableParallelism()): number => STARTS_PER_CORE * cores;

/**
 * More than a core carries: measured, a step and the workflow task after it take some 20 ms of it, server included, without what the step
 * itself does. A burst is cut all the same, and what ends runs, whose time counts from when it is asked for, waits behind thousands for a minute
 * at most: with half of it, an order to stop 5,000 runs would have been too late for their last checkpoints.
 */
const STARTS_PER_CORE = 100;

/** Workflows, and all short activities. */
export function mainWorker(parts: WorkerParts): WorkerOptions {
  // On the other queue only: a second poller for it here would take the slots that stop and terminate need.
  const { supervise: _supervise, hearEc2: _hearEc2, ...activities } = parts.activities;
  const { before = [], ...workflows } = parts.workflows;
  const common = shared(parts);
  return {
    ...common,
    ...workflows,
    interceptors: { ...common.interceptors, ...(before.length > 0 ? { workflowModules: before } : {}) },
    taskQueue: parts.queues.main,
    activities: { ...activities, ...parts.reconcile, ...parts.notify, ...parts.suite },
    // An open run that is not in the cache costs a replay of at most some hundred events at its next transition, which are
    // minutes apart; a cached one costs about 1 MB. 500 stay in memory, the others wait in Temporal.
    maxCachedWorkflows: 500,
    // A worker that is killed leaves its runs bound to it for so long: Temporal's usual 10 s are more than a limit may be late. Too
    // short costs a busy worker replays, which make it busier: docs/performance.md has what was measured.
    stickyQueueScheduleToStartTimeout: '5s',
    maxConcurrentWorkflowTaskExecutions: 40,
    // Steps wait for EC2 and for SSH, they hardly compute: a slot is some promises. Waiting for an instance to be gone holds
    // one for minutes, so there have to be far more than a machine has cores.
    maxConcurrentActivityTaskExecutions: 1_000,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 10 },
    maxActivitiesPerSecond: startsPerSecond(),
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
  const common = shared(parts);
  const { activity = [] } = common.interceptors ?? {};
  return {
    ...common,
    interceptors: { activity: [...activity, ...(parts.handedOn ? [parts.handedOn] : [])] },
    taskQueue: parts.queues.supervise,
    activities: { supervise, hearEc2 },
    // One node each, and a slot is some promises: no less than the runs that one worker may have to hold. Measured: 5,000 open
    // activities that heartbeat every minute are 750 MB and 8 s of CPU a minute.
    maxConcurrentActivityTaskExecutions: 12_000,
    // They start seldom; each poller is one more open call to the server.
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 4 },
    // No limit of starts: after a restart all of them begin anew, and the leases of their hosts go on.
    // Each is a write in Temporal's database: 500 a second for 10,000 runs. A third of `supervise`'s heartbeat timeout, so that two of
    // them may be lost.
    maxHeartbeatThrottleInterval: '20s',
    // None: another worker takes over at once, and the host notices nothing.
    shutdownGraceTime: 0,
  };
}

function shared(
  parts: WorkerParts,
): Pick<
  WorkerOptions,
  | 'connection'
  | 'namespace'
  | 'identity'
  | 'workerDeploymentOptions'
  | 'shutdownForceTime'
  | 'interceptors'
  | 'dataConverter'
> {
  return {
    connection: parts.connection,
    namespace: parts.namespace,
    identity: processIdentity(),
    shutdownForceTime: FORCE_AFTER,
    interceptors: {
      activity: [activityLog, ...(parts.ownTasks ? [parts.ownTasks] : []), ...(parts.gone ? [parts.gone] : [])],
    },
    ...(parts.deployment && { workerDeploymentOptions: parts.deployment }),
    dataConverter: {
      failureConverterPath: require.resolve('./temporal/failure-converter'),
      payloadCodecs: [
        readingCodec(defaultPayloadConverter),
        ...(parts.livePage ? [livePageCodec(parts.livePage)] : []),
      ],
    },
  };
}
