import { Context } from '@temporalio/activity';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import {
  type EndArgs,
  type HostEvent,
  MESSAGES,
  type NotifyActivities,
  type ReconcileActivities,
  type RunResult,
  type SuiteActivities,
  TASK_QUEUES,
  type TrainingActivities,
  type WebhookMessage,
  WORKFLOW_TYPE,
} from '../../../contract';
import { openDev } from '../../support/dev-server';
import { FakeWorld, fakeActivities, NO_SUITE } from '../../support/fake-world';
import { type Time, workflowBundle } from './bundle';
import { openSkipping, stillSkips } from './skipping-server';

export interface Ended {
  /** The outcome: `succeeded`, the type of the failure, or `Canceled` when Temporal closed the workflow so. */
  how: string;
  message: string;
  result?: RunResult;
  /** From start to close by the server's clock. */
  seconds: number;
  events: number;
}

/**
 * A server with workers. A test gets a {@link FakeWorld} of its own by {@link Stage.fresh}, which its runs meet; who lets several
 * of them be at once says which.
 */
export class Stage {
  #newest: FakeWorld;
  #worlds = new Map<string, FakeWorld>();
  #ended: Promise<void>[] = [];
  #workers: Worker[] = [];
  #runs = 0;
  /** The steps of the reconciler; a test that starts one sets them. */
  reconcile: ReconcileActivities = {
    surveyResources: () => Promise.reject(new Error('the test has no reconciler')),
    endResources: () => Promise.reject(new Error('the test has no reconciler')),
  };

  /** The steps of the operator's suite; a test that starts one sets them. */
  suite: SuiteActivities = NO_SUITE;

  private constructor(
    readonly env: TestWorkflowEnvironment,
    private readonly time: Time,
  ) {
    this.#newest = this.fresh();
  }

  static async open(time: Time): Promise<Stage> {
    const stage = new Stage(await (time === 'skipping' ? openSkipping() : openDev()), time);
    await stage.startWorkers();
    return stage;
  }

  /** Whether another story can be played on this server. Only between two: nobody else may wait for its clock. */
  async usable(): Promise<boolean> {
    return this.time !== 'skipping' || stillSkips(this.env);
  }

  /** An empty world for the runs that start from now on. */
  fresh(): FakeWorld {
    const world = new FakeWorld(this.time);
    world.signal = (workflowId, event) =>
      this.env.client.workflow.getHandle(workflowId).signal<[HostEvent]>(MESSAGES.hostEvent, event);
    this.#newest = world;
    return world;
  }

  private activities(): TrainingActivities {
    const names = Object.keys(fakeActivities(this.#newest)) as (keyof TrainingActivities)[];
    const calls = names.map((name) => [
      name,
      (args: never) => fakeActivities(this.worldOf(Context.current().info.workflowExecution?.workflowId))[name](args),
    ]);
    return Object.fromEntries(calls) as TrainingActivities;
  }

  /** The world that this run meets; the newest one, for a run that was not started by {@link start}. */
  private worldOf(workflowId = ''): FakeWorld {
    const world = this.#worlds.get(workflowId) ?? this.#newest;
    this.#worlds.set(workflowId, world);
    return world;
  }

  async startWorkers(): Promise<void> {
    const activities = this.activities();
    const common = { connection: this.env.nativeConnection, namespace: this.env.namespace ?? 'default' };
    const { supervise, hearEc2, ...others } = activities;
    this.#workers = [
      await Worker.create({
        ...common,
        taskQueue: TASK_QUEUES.main,
        workflowBundle: await workflowBundle(this.time),
        activities: {
          ...others,
          surveyResources: () => this.reconcile.surveyResources(),
          endResources: (args: EndArgs) => this.reconcile.endResources(args),
          postWebhook: (message: WebhookMessage) => this.worldOf(message.run).postWebhook(message),
          planSuite: (args) => this.suite.planSuite(args),
          runScenario: (args) => this.suite.runScenario(args),
          undoScenario: (args) => this.suite.undoScenario(args),
          countSuiteLeftovers: (args) => this.suite.countSuiteLeftovers(args),
          concludeSuite: (args) => this.suite.concludeSuite(args),
        } satisfies Partial<TrainingActivities> & ReconcileActivities & NotifyActivities & SuiteActivities,
        // So that none is taken for lost on a busy machine.
        maxHeartbeatThrottleInterval: '2s',
        shutdownGraceTime: '100ms',
      }),
      await Worker.create({
        ...common,
        taskQueue: TASK_QUEUES.supervise,
        activities: { supervise, hearEc2 },
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
  async start(input?: unknown, workflowId = `run-${++this.#runs}`, world = this.#newest): Promise<WorkflowHandle> {
    this.#worlds.set(workflowId, world);
    return this.env.client.workflow.start(WORKFLOW_TYPE, {
      taskQueue: TASK_QUEUES.main,
      workflowId,
      args: input === undefined ? [] : [input],
    });
  }

  async run(input?: unknown, workflowId?: string, world?: FakeWorld): Promise<Ended> {
    return this.ended(await this.start(input, workflowId, world));
  }

  /** Waits until the run has closed. On the time-skipping server, this lets time fly. */
  async ended(handle: WorkflowHandle): Promise<Ended> {
    const closed: Pick<Ended, 'how' | 'message' | 'result'> = await handle.result().then(
      (result: RunResult) => ({ how: result.outcome, message: result.reason ?? '', result }),
      (error: unknown) => readFailure(error),
    );
    const { startTime, closeTime, historyLength, memo } = await handle.describe();
    // Of one that closed so, Temporal has no word of the workflow's but its memo.
    if (closed.how === 'Canceled') {
      closed.message = String(memo?.reason);
      const result = this.worldOf(handle.workflowId).summaries.find(
        (one) => one.status.run === handle.workflowId,
      )?.result;
      if (result) closed.result = result;
    }
    return { ...closed, seconds: ((closeTime?.getTime() ?? 0) - startTime.getTime()) / 1000, events: historyLength };
  }
}

function readFailure(error: unknown): { how: string; message: string; result?: RunResult } {
  if (!(error instanceof WorkflowFailedError) || !error.cause) throw error;
  const { cause } = error as { cause: Error & { type?: string; details?: unknown[] } };
  const result = cause.details?.[0] as RunResult | undefined;
  return { how: cause.type ?? 'Canceled', message: cause.message, ...(result ? { result } : {}) };
}
