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
import { pester } from './pester';
import { type Intervention, planOf, type RunPlan } from './plan';

export interface SoakOptions {
  runs: number;
  /** Seconds after which no more runs are begun. Absent: as many as `runs` says. */
  seconds?: number;
  /** See {@link planOf}. */
  faults: number;
  seed: number;
  /** Runs that are open at the same time. Default 60. */
  together?: number;
  /** Seconds between two restarts of the workers. Default 60; 0: never. */
  restartEvery?: number;
  onRun?: (record: RunRecord, done: number) => void;
}

/** How long a run may be open, and then how long its history may stand still: on a starved machine all takes long, a wedged run does nothing. */
const BOUND_SECONDS = 180;
const STILL_SECONDS = 120;

/** Many runs with much going wrong, on a dev server with hosts in memory: a world of its own for each run. */
export async function runSoak(options: SoakOptions): Promise<RunRecord[]> {
  const { together = 60, restartEvery = 60, seconds = Number.POSITIVE_INFINITY, onRun } = options;
  const bundle = await quickBundle('waits');
  const env = await openDev();
  const worlds = new Map<string, FakeWorld>();
  const workers = new Workers(env, bundle, (stopping) => dispatching(worlds, stopping));
  try {
    await workers.start();
    const over = new AbortController();
    const restarting = restartEvery > 0 ? workers.restartEvery(restartEvery, over.signal) : undefined;
    const records: RunRecord[] = [];
    const until = Date.now() + seconds * 1000;
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < options.runs && Date.now() < until) {
        const plan = planOf(options.seed, next, options.faults);
        next += 1;
        const world = worldOf(plan, env);
        worlds.set(plan.id, world);
        const record = judgeRun(plan, world, await runOne(plan, env));
        records.push(record);
        worlds.delete(plan.id);
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
  const pestering = plan.pestered && pester(run, plan.pestered, over.signal);
  const ended = await Promise.race([endOf(run), wedged(run, over.signal)]);
  over.abort();
  await Promise.all(intervening);
  const messages = (await pestering) ?? 0;
  const { historyLength } = await run.describe();
  return { ...ended, seconds: (Date.now() - began) / 1000, events: historyLength, messages };
}

/** Returns when a run that is open for long does nothing more; never when `over` is aborted. */
async function wedged(run: WorkflowHandle, over: AbortSignal): Promise<{ outcome: string; words: string }> {
  const pause = (seconds: number): Promise<void> =>
    sleep(seconds * 1000, undefined, { signal: over }).catch(() => new Promise<never>(() => undefined));
  const length = (): Promise<number> => run.describe().then(({ historyLength }) => historyLength);
  await pause(BOUND_SECONDS);
  for (let before = -1, now = await length(); ; before = now, now = await length()) {
    if (now === before) return { outcome: 'still open', words: `nothing happened to it for ${STILL_SECONDS} s` };
    await pause(STILL_SECONDS);
  }
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
