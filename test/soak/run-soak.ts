import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { type HostEvent, MESSAGES, TASK_QUEUES, type TrainingActivities, WORKFLOW_TYPE } from '../../contract';
import { openDev } from '../support/dev-server';
import { FakeWorld, fakeActivities } from '../support/fake-world';
import { endOf } from '../support/outcome';
import { quickBundle } from '../support/quick/bundle';
import { type Closed, judgeRun, type RunRecord } from './judge';
import { type Intervention, planOf, type RunPlan } from './plan';

export interface SoakOptions {
  runs: number;
  /** See {@link planOf}. */
  faults: number;
  seed: number;
  /** Runs that are open at the same time. Default 60. */
  together?: number;
  /** Seconds between two restarts of the workers. Default 60; 0: never. */
  restartEvery?: number;
  onRun?: (record: RunRecord, done: number) => void;
}

/** No run may be open longer. Seconds. */
export const BOUND = 180;

/** Many runs with much going wrong, on a dev server with hosts in memory: a world of its own for each run. */
export async function runSoak(options: SoakOptions): Promise<RunRecord[]> {
  const { together = 60, restartEvery = 60, onRun } = options;
  const bundle = await quickBundle('waits');
  const env = await openDev();
  const worlds = new Map<string, FakeWorld>();
  const workers = new Workers(env, bundle, (stopping) => dispatching(worlds, stopping));
  try {
    await workers.start();
    const over = new AbortController();
    const restarting = restartEvery > 0 ? workers.restartEvery(restartEvery, over.signal) : undefined;
    const records: RunRecord[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < options.runs) {
        const plan = planOf(options.seed, next, options.faults);
        next += 1;
        const world = worldOf(plan, env);
        worlds.set(plan.id, world);
        const record = judgeRun(plan, world, await runOne(plan, env));
        records.push(record);
        onRun?.(record, records.length);
      }
    };
    await Promise.all(Array.from({ length: together }, work));
    over.abort();
    await restarting;
    return records;
  } finally {
    await workers.stop();
    await env.teardown();
  }
}

function worldOf(plan: RunPlan, env: TestWorkflowEnvironment): FakeWorld {
  const world = new FakeWorld('real');
  world.scripts = plan.scripts;
  world.terminateTakes = plan.terminateTakes;
  if (plan.refusals > 0) world.refuse({ refusal: 'capacity', times: plan.refusals });
  for (const { final, ...fault } of plan.faults)
    world.faults.arm({
      ...fault,
      ...(final ? { error: () => ApplicationFailure.nonRetryable('scripted: final, it says') } : {}),
    });
  world.signal = (workflowId, event) =>
    env.client.workflow.getHandle(workflowId).signal<[HostEvent]>(MESSAGES.hostEvent, event);
  return world;
}

/** Each call goes to the world of its run; none outlives its worker, also when it begins just as that one ends. */
function dispatching(worlds: Map<string, FakeWorld>, stopping: AbortSignal): TrainingActivities {
  const stopped = new Promise<never>((_, reject) => {
    stopping.addEventListener('abort', () => reject(ApplicationFailure.retryable('the worker shuts down', 'stopped')));
  });
  stopped.catch(() => undefined);
  const names = Object.keys(fakeActivities(new FakeWorld('real'))) as (keyof TrainingActivities)[];
  const calls = names.map((name) => {
    const call = async (args: never): Promise<unknown> => {
      const { info, cancellationDetails } = Context.current();
      const world = worlds.get(info.workflowExecution?.workflowId ?? '');
      if (!world) throw ApplicationFailure.nonRetryable('no such run');
      try {
        return await Promise.race([fakeActivities(world)[name](args), stopped]);
      } catch (error) {
        // As the product's do: another worker takes over at once.
        if (error instanceof CancelledFailure && cancellationDetails?.workerShutdown !== false)
          throw ApplicationFailure.retryable('the worker shuts down', 'worker-shutdown');
        throw error;
      }
    };
    return [name, call];
  });
  return Object.fromEntries(calls) as TrainingActivities;
}

async function runOne(plan: RunPlan, env: TestWorkflowEnvironment): Promise<Closed> {
  const began = Date.now();
  const run = await env.client.workflow.start(WORKFLOW_TYPE, {
    taskQueue: TASK_QUEUES.main,
    workflowId: plan.id,
    args: [plan.spec],
  });
  const over = new AbortController();
  const intervening = plan.interventions.map((i) => intervene(i, run, over.signal));
  const late = sleep(BOUND * 1000, { outcome: 'still open', words: `after ${BOUND} s` }, { signal: over.signal });
  const ended = await Promise.race([endOf(run), late]);
  over.abort();
  late.catch(() => undefined);
  await Promise.all(intervening);
  const { historyLength } = await run.describe();
  return { ...ended, seconds: (Date.now() - began) / 1000, events: historyLength };
}

/** What comes too late is refused, and that is right. */
async function intervene({ what, after }: Intervention, run: WorkflowHandle, over: AbortSignal): Promise<void> {
  try {
    await sleep(after * 1000, undefined, { signal: over });
    if (what === 'cancel') await run.cancel();
    else if (what === 'take a checkpoint') await run.executeUpdate<void, []>(MESSAGES.takeCheckpoint);
    else
      await run.executeUpdate<void, [object]>(MESSAGES.stop, {
        args: [{ mode: what === 'stop' ? 'graceful' : 'now' }],
      });
  } catch {
    // The run had ended, or nothing was training.
  }
}

/** Both workers of an installation, which come and go while runs are open. */
class Workers {
  #stopping = new AbortController();
  #running: { worker: Worker; ended: Promise<void> }[] = [];

  constructor(
    private readonly env: TestWorkflowEnvironment,
    private readonly workflowBundle: WorkflowBundleWithSourceMap,
    private readonly activities: (stopping: AbortSignal) => TrainingActivities,
  ) {}

  async start(): Promise<void> {
    this.#stopping = new AbortController();
    const { supervise, hearEc2, ...others } = this.activities(this.#stopping.signal);
    const common = {
      connection: this.env.nativeConnection,
      namespace: this.env.namespace ?? 'default',
      shutdownGraceTime: '100ms',
      maxConcurrentActivityTaskExecutions: 1_000,
    };
    const workers = [
      await Worker.create({
        ...common,
        taskQueue: TASK_QUEUES.main,
        workflowBundle: this.workflowBundle,
        activities: { ...others },
      }),
      await Worker.create({ ...common, taskQueue: TASK_QUEUES.supervise, activities: { supervise, hearEc2 } }),
    ];
    this.#running = workers.map((worker) => ({ worker, ended: worker.run() }));
  }

  async stop(): Promise<void> {
    for (const { worker } of this.#running) worker.shutdown();
    this.#stopping.abort();
    await Promise.allSettled(this.#running.map(({ ended }) => ended));
    this.#running = [];
  }

  async restartEvery(seconds: number, over: AbortSignal): Promise<void> {
    for (;;) {
      await sleep(seconds * 1000, undefined, { signal: over }).catch(() => undefined);
      if (over.aborted) return;
      await this.stop();
      await this.start();
    }
  }
}
