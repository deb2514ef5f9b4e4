import path from 'node:path';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import {
  type EndArgs,
  type HostEvent,
  MESSAGES,
  type NotifyActivities,
  type ReconcileActivities,
  type RunResult,
  type RunStatus,
  TASK_QUEUES,
  type TrainingActivities,
  type WebhookMessage,
  WORKFLOW_TYPE,
} from '../../../contract';
import { logger, openDev, searchAttributes } from '../../support/dev-server';
import { FakeWorld, fakeActivities } from '../../support/fake-world';
import { testServer } from '../../support/servers';

/** One bundle a test file: webpack takes a second or more. */
let bundle: Promise<WorkflowBundleWithSourceMap> | undefined;
export const workflowBundle = (): Promise<WorkflowBundleWithSourceMap> => {
  bundle ??= bundleWorkflowCode({ workflowsPath: path.resolve(__dirname, '../../../workflows/index.ts'), logger });
  return bundle;
};

export interface Ended {
  /** The outcome: `succeeded`, the type of the failure, or `Canceled` when Temporal closed the workflow so. */
  how: string;
  message: string;
  result?: RunResult;
  /** From start to close by the server's clock. */
  seconds: number;
  events: number;
}

/** A server with workers. Its runs meet one {@link FakeWorld} at a time; a test gets a fresh one by {@link Stage.fresh}. */
export class Stage {
  #ended: Promise<void>[] = [];
  #workers: Worker[] = [];
  #runs = 0;
  /** The steps of the reconciler; a test that starts one sets them. */
  reconcile: ReconcileActivities = {
    surveyResources: () => Promise.reject(new Error('the test has no reconciler')),
    endResources: () => Promise.reject(new Error('the test has no reconciler')),
  };

  private constructor(
    readonly env: TestWorkflowEnvironment,
    private readonly time: FakeWorld['time'],
    private world = new FakeWorld(time),
  ) {}

  static async open(time: FakeWorld['time']): Promise<Stage> {
    const stage = new Stage(await (time === 'skipping' ? openSkipping() : openDev()), time);
    await stage.startWorkers();
    return stage;
  }

  /** An empty world for the runs that start from now on. */
  fresh(): FakeWorld {
    this.world = new FakeWorld(this.time);
    this.world.signal = (workflowId, event) =>
      this.env.client.workflow.getHandle(workflowId).signal<[HostEvent]>(MESSAGES.hostEvent, event);
    return this.world;
  }

  private activities(): TrainingActivities {
    const names = Object.keys(fakeActivities(this.world)) as (keyof TrainingActivities)[];
    const calls = names.map((name) => [name, (args: never) => fakeActivities(this.world)[name](args)]);
    return Object.fromEntries(calls) as TrainingActivities;
  }

  /** The step that tells a webhook. */
  notify: NotifyActivities = { postWebhook: () => Promise.reject(new Error('the test has no webhook')) };

  async startWorkers(): Promise<void> {
    const activities = this.activities();
    const common = { connection: this.env.nativeConnection, namespace: this.env.namespace ?? 'default' };
    const { supervise, ...others } = activities;
    this.#workers = [
      await Worker.create({
        ...common,
        taskQueue: TASK_QUEUES.main,
        workflowBundle: await workflowBundle(),
        activities: {
          ...others,
          surveyResources: () => this.reconcile.surveyResources(),
          endResources: (args: EndArgs) => this.reconcile.endResources(args),
          postWebhook: (message: WebhookMessage) => this.notify.postWebhook(message),
        } satisfies Partial<TrainingActivities> & ReconcileActivities & NotifyActivities,
        shutdownGraceTime: '100ms',
      }),
      await Worker.create({
        ...common,
        taskQueue: TASK_QUEUES.supervise,
        activities: { supervise },
        shutdownGraceTime: '100ms',
      }),
    ];
    this.#ended = this.#workers.map((worker) => worker.run());
  }

  async close(): Promise<void> {
    for (const worker of this.#workers) worker.shutdown();
    await Promise.allSettled(this.#ended);
    await this.env.teardown();
  }

  /** Starts a run, as a person would: plain JSON. */
  async start(input?: unknown, workflowId = `run-${++this.#runs}`): Promise<WorkflowHandle> {
    return this.env.client.workflow.start(WORKFLOW_TYPE, {
      taskQueue: TASK_QUEUES.main,
      workflowId,
      args: input === undefined ? [] : [input],
    });
  }

  async run(input?: unknown, workflowId?: string): Promise<Ended> {
    return this.ended(await this.start(input, workflowId));
  }

  /** Waits until the run has closed. On the time-skipping server, this lets time fly. */
  async ended(handle: WorkflowHandle): Promise<Ended> {
    const closed = await handle.result().then(
      (result: RunResult) => ({ how: result.outcome, message: result.reason ?? '', result }),
      (error: unknown) => readFailure(error),
    );
    const { startTime, closeTime, historyLength } = await handle.describe();
    return { ...closed, seconds: ((closeTime?.getTime() ?? 0) - startTime.getTime()) / 1000, events: historyLength };
  }
}

function readFailure(error: unknown): { how: string; message: string; result?: RunResult } {
  if (!(error instanceof WorkflowFailedError) || !error.cause) throw error;
  const { cause } = error as { cause: Error & { type?: string; details?: unknown[] } };
  const result = cause.details?.[0] as RunResult | undefined;
  return { how: cause.type ?? 'Canceled', message: cause.message, ...(result ? { result } : {}) };
}

export const statusOf = (handle: WorkflowHandle): Promise<RunStatus> => handle.query<RunStatus>(MESSAGES.status);

/** Waits until the run's status is as wanted, by asking; fails with what it was last. */
export async function statusWhere(
  handle: WorkflowHandle,
  wanted: (status: RunStatus) => boolean,
  seconds = 20,
): Promise<RunStatus> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const status = await statusOf(handle);
    if (wanted(status)) return status;
    if (Date.now() > until) throw new Error(`not within ${seconds} s; the last status was ${JSON.stringify(status)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Numbers of temporal.api.enums.v1.IndexedValueType. */
const INDEXED_VALUE_TYPES: Record<string, number> = { KEYWORD: 2, INT: 3, DOUBLE: 4, BOOL: 5 };

async function openSkipping(): Promise<TestWorkflowEnvironment> {
  const env = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: await testServer() } },
  });
  await env.connection.operatorService.addSearchAttributes({
    namespace: env.namespace ?? 'default',
    searchAttributes: Object.fromEntries(
      searchAttributes.map(({ name, type }) => [name, INDEXED_VALUE_TYPES[type] ?? 0]),
    ),
  });
  return env;
}
