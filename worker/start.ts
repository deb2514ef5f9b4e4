import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import {
  type ActivityDeps,
  createActivities,
  createDeps,
  createNotifyActivities,
  createReconcileActivities,
} from '../activities';
import { type HostEvent, MESSAGES, RECONCILE_SCHEDULE, type RunRef, type Settings, TASK_QUEUES } from '../contract';
import type { WorkerEnvironment } from './environment';
import { findWorkflows, readAgent } from './files';
import { type HealthServer, serveHealth } from './health';
import { mainWorker, superviseWorker, type WorkerParts } from './options';
import { takeOver } from './take-over';
import { connectTemporal } from './temporal/connect';
import { deploymentOf } from './temporal/deployment';
import { namespaceId } from './temporal/namespace';
import { runsOf } from './temporal/runs';
import { ensureSchedule } from './temporal/schedule';
import { ensureSearchAttributes } from './temporal/search-attributes';

export interface StartArgs {
  settings: Settings;
  secret: Buffer;
  environment: Pick<WorkerEnvironment, 'healthPort' | 'buildId'>;
  log: Logger;
}

export interface RunningWorkers {
  healthUrl: string;
  taskQueues: string[];
  /** Asks both workers to stop: supervisions are handed over at once, short steps may end. May be called twice. */
  shutdown(): void;
  /** Resolves when both have stopped and everything is closed; rejects when one of them failed. */
  done: Promise<void>;
}

/** Connects, prepares namespace and bucket, and runs both workers. Resolves once they poll. */
export async function startWorkers(args: StartArgs): Promise<RunningWorkers> {
  const { settings, environment, log } = args;
  const { namespace } = settings.temporal;
  const workflows = findWorkflows();
  const agent = await readAgent();
  const connection = await connectTemporal(settings.temporal);
  let deps: ActivityDeps | undefined;
  let health: HealthServer | undefined;
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    deps?.close();
    await health?.close();
    await connection.close();
  };
  try {
    const added = await ensureSearchAttributes(connection, namespace);
    if (added.length > 0) log.info({ added }, 'search attributes registered');
    const client = new Client({ connection, namespace });
    deps = createDeps({
      settings,
      secret: args.secret,
      namespaceId: await namespaceId(connection, namespace),
      agent,
      log,
      signalRun: signalRun(client),
    });
    // On AWS a bucket is somebody's decision: names, region, retention.
    if (settings.cloud === 'local') await deps.store.ensureBucket();
    const parts: WorkerParts = {
      connection,
      namespace,
      activities: createActivities(deps),
      reconcile: createReconcileActivities(deps, runsOf(client)),
      notify: createNotifyActivities(deps),
      workflows,
      ...(environment.buildId !== undefined && { deployment: deploymentOf(environment.buildId) }),
    };
    const workers = [await Worker.create(mainWorker(parts)), await Worker.create(superviseWorker(parts))];
    let stopping = false;
    health = await serveHealth(environment.healthPort, () => ({
      ready: !stopping && workers.every(polls),
      stopping,
      temporal: settings.temporal.address,
      namespace,
      cloud: settings.cloud,
      workers: workers.map((worker) => {
        const { runState, numInFlightActivities, numCachedWorkflows } = worker.getStatus();
        return { taskQueue: worker.options.taskQueue, runState, numInFlightActivities, numCachedWorkflows };
      }),
    }));
    const shutdown = (): void => {
      stopping = true;
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    };
    // One that fails takes the other down: half a worker would look healthy and leave runs waiting.
    const done = Promise.all(workers.map((worker) => worker.run().finally(shutdown)))
      .then(() => undefined)
      .finally(close);
    await Promise.race([untilPolling(workers), done]);
    await scheduleReconciler(client, log);
    if (environment.buildId !== undefined)
      await takeOver({ connection, namespace, buildId: environment.buildId, log, shutdown, done });
    return { healthUrl: health.url, taskQueues: Object.values(TASK_QUEUES), shutdown, done };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Without it runs still undo themselves, and hosts end themselves: worth an error in the log, not an end. */
async function scheduleReconciler(client: Client, log: Logger): Promise<void> {
  try {
    if (await ensureSchedule(client)) log.info({ schedule: RECONCILE_SCHEDULE }, 'schedule of the reconciler created');
  } catch (error) {
    log.error(
      { error },
      'the schedule of the reconciler cannot be created: run trainctl reconcile every few minutes by other means',
    );
  }
}

function polls(worker: Worker): boolean {
  const { runState, workflowPollerState, activityPollerState } = worker.getStatus();
  // A worker without workflows has no such poller: it is shut down from the start.
  return runState === 'RUNNING' && activityPollerState === 'POLLING' && workflowPollerState !== 'FAILED';
}

async function untilPolling(workers: Worker[]): Promise<void> {
  while (!workers.every(polls)) await sleep(20);
}

/** Signals the execution that the activity belongs to, and no later one that reuses its id. */
function signalRun(client: Client): ActivityDeps['signalRun'] {
  return async (run: RunRef, event: HostEvent) => {
    const { workflowExecution } = Context.current().info;
    await client.workflow.getHandle(run.workflowId, workflowExecution?.runId).signal(MESSAGES.hostEvent, event);
  };
}
