import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { Client, defaultPayloadConverter } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import {
  type ActivityDeps,
  createActivities,
  createDeps,
  createNotifyActivities,
  createReconcileActivities,
} from '../activities';
import {
  type HostEvent,
  MESSAGES,
  queuesOf,
  type RunRef,
  readingCodec,
  type Settings,
  SUITE_MESSAGES,
} from '../contract';
import { installationKey } from '../contract/tokens';
import { SCENARIOS, SuiteRunner } from '../e2e/scenarios';
import type { WorkerEnvironment } from './environment';
import { WorkerStartError } from './errors';
import { findWorkflows, readAgent } from './files';
import { hearsUnknown } from './gone/heartbeat';
import { LeftObjects } from './gone/left-objects';
import { GoneRuns } from './gone/runs';
import { GoneSuites } from './gone/suites';
import { type HealthServer, serveHealth } from './health';
import { joinInstallation } from './installation';
import { livePageReader } from './live-page';
import { mainWorker, superviseWorker, type WorkerParts } from './options';
import { ownTasksOnly } from './own-tasks';
import { tellSettingsChange } from './settings-change';
import { createSuiteActivities, pauseAfterFailures, type Tell } from './suite';
import { takeOver } from './take-over';
import { Clock } from './temporal/clock';
import { COMPARE_MS, compareClocks } from './temporal/compare-clocks';
import { connectTemporal } from './temporal/connect';
import { deploymentName, deploymentOf } from './temporal/deployment';
import { askHistory, handedOn } from './temporal/handed-on';
import { namespaceId } from './temporal/namespace';
import { runsOf } from './temporal/runs';
import { ensureSearchAttributes } from './temporal/search-attributes';

export interface StartArgs {
  settings: Settings;
  /** Undefined: the home has none. */
  secret: Buffer | undefined;
  /** Makes one, if the installation is not known to Temporal yet. Absent: a worker makes none. */
  makeSecret?: () => Buffer;
  /** A local stack that has lost files of it goes on with what is left. */
  replace?: boolean;
  environment: Pick<WorkerEnvironment, 'healthPort' | 'buildId' | 'door'>;
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

/**
 * Connects, joins the installation, prepares namespace and bucket, and runs both workers. Resolves once they poll.
 * @throws NotOursError when this worker is not of the installation
 */
export async function startWorkers(args: StartArgs): Promise<RunningWorkers> {
  const { settings, environment, log } = args;
  const { namespace } = settings.temporal;
  const workflows = findWorkflows();
  const agent = await readAgent();
  const connection = await connectTemporal(settings.temporal);
  let deps: ActivityDeps | undefined;
  let health: HealthServer | undefined;
  let gone: GoneRuns | undefined;
  let goneSuites: GoneSuites | undefined;
  let closed = false;
  let wrongClock: WorkerStartError | undefined;
  let stop = (): void => undefined;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    gone?.close();
    goneSuites?.close();
    deps?.close();
    await health?.close();
    await connection.close();
  };
  try {
    const added = await ensureSearchAttributes(connection, namespace);
    if (added.length > 0) log.info({ added }, 'search attributes registered');
    const dataConverter = { payloadCodecs: [readingCodec(defaultPayloadConverter)] };
    const client = new Client({ connection, namespace, dataConverter });
    const clock = new Clock((why) => {
      log.error(why);
      wrongClock = new WorkerStartError(why);
      stop();
    });
    const { installation, secret } = await joinInstallation({ ...args, client });
    await tellSettingsChange(client, settings, log).catch((error: unknown) =>
      log.warn({ error }, 'it is not known whether the settings have changed'),
    );
    const owner = {
      installation: installation.name,
      installationKey: installationKey(installation),
      namespaceId: await namespaceId(connection, namespace),
    };
    const queues = queuesOf(installation.name);
    const deployment = deploymentName(installation.name);
    deps = createDeps({
      settings,
      heardEc2: (answer) => clock.heard('EC2', answer),
      secret,
      namespaceId: owner.namespaceId,
      installationKey: owner.installationKey,
      agent,
      log,
      signalRun: signalRun(client),
    });
    await compareClocks(clock, connection, namespace, deps);
    // On AWS a bucket is somebody's decision: names, region, retention.
    if (settings.cloud === 'local') await deps.store.ensureBucket();
    const ended = new GoneRuns(client, installation.name, log);
    gone = ended;
    const { store } = deps;
    const scenarios = SCENARIOS.map(({ name }) => name);
    const left = new LeftObjects({ client, store, prefix: settings.prefix, queue: queues.main, scenarios });
    goneSuites = new GoneSuites(client, owner, log, Date.now, left);
    const parts: WorkerParts = {
      connection,
      namespace,
      queues,
      ownTasks: ownTasksOnly(owner),
      handedOn: handedOn(askHistory(client), log),
      gone: hearsUnknown((execution) => void ended.heartbeatUnknown(execution)),
      activities: createActivities(deps),
      reconcile: createReconcileActivities(deps, runsOf(client)),
      notify: createNotifyActivities(deps),
      suite: createSuiteActivities({
        ...deps,
        failed: pauseAfterFailures(client),
        runner: new SuiteRunner(SCENARIOS, settings, client, deps.store, deps.ec2),
        tell: tells(client, SUITE_MESSAGES.step),
        tellWait: tells(client, SUITE_MESSAGES.waits),
      }),
      workflows,
      livePage: livePageReader(deps.store),
      ...(environment.buildId !== undefined && { deployment: deploymentOf(environment.buildId, deployment) }),
    };
    const workers = [await Worker.create(mainWorker(parts)), await Worker.create(superviseWorker(parts))];
    let stopping = false;
    stop = () => shutdown();
    health = await serveHealth(
      environment.healthPort,
      () => ({
        ready: !stopping && workers.every(polls),
        stopping,
        temporal: settings.temporal.address,
        namespace,
        installation: installation.name,
        cloud: settings.cloud,
        workers: workers.map((worker) => {
          const { runState, numInFlightActivities, numCachedWorkflows } = worker.getStatus();
          return { taskQueue: worker.options.taskQueue, runState, numInFlightActivities, numCachedWorkflows };
        }),
      }),
      environment.door,
    );
    const shutdown = (): void => {
      stopping = true;
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    };
    // One that fails takes the other down: half a worker would look healthy and leave runs waiting.
    const comparing = setInterval(() => void compareClocks(clock, connection, namespace), COMPARE_MS);
    const done = Promise.all(workers.map((worker) => worker.run().finally(shutdown)))
      .then(() => {
        if (wrongClock) throw wrongClock;
      })
      .finally(() => {
        clearInterval(comparing);
        return close();
      });
    await Promise.race([untilPolling(workers), done]);
    ended.start();
    goneSuites.start();
    if (environment.buildId !== undefined)
      await takeOver({ connection, namespace, deployment, buildId: environment.buildId, log, shutdown, done });
    return { healthUrl: health.url, taskQueues: Object.values(queues), shutdown, done };
  } catch (error) {
    await close();
    throw error;
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

/** How long one try to signal may take. Milliseconds. */
const SIGNAL_MS = 10_000;

/** Signals the execution that the activity belongs to, and no later one that reuses its id. */
function signalRun(client: Client): ActivityDeps['signalRun'] {
  return async (run: RunRef, event: HostEvent) => {
    const { workflowExecution } = Context.current().info;
    const handle = client.workflow.getHandle(run.workflowId, workflowExecution?.runId);
    // A server that hangs holds up no later word of the host.
    await client.withDeadline(Date.now() + SIGNAL_MS, () => handle.signal(MESSAGES.hostEvent, event));
  };
}

/** Signals a workflow of the suite by this name. */
function tells<News>(client: Client, signal: string): Tell<News> {
  return ({ workflowId, runId }, news) =>
    client.withDeadline(Date.now() + SIGNAL_MS, () =>
      client.workflow.getHandle(workflowId, runId).signal(signal, news),
    );
}
