import { readFileSync } from 'node:fs';
import { defaultPayloadConverter, type Payload, TypedSearchAttributes } from '@temporalio/common';
import { msToTs, tsToMs } from '@temporalio/common/lib/time';
import { coresdk } from '@temporalio/proto';
import { parseWorkflowCode } from '@temporalio/worker/lib/worker';
import { ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm';
import { globalHandlers } from '@temporalio/worker/lib/workflow/vm-shared';
import { workflowBundle } from './bundle';

type Job = coresdk.workflow_activation.IWorkflowActivationJob;
type Command = coresdk.workflow_commands.IWorkflowCommand;

/** What an activity answers; `undefined` leaves it open. */
export type Answers = (activity: string) => { result: unknown } | { failure: string } | { raw: Result } | undefined;

/** As the server hands it in. */
export type Result = coresdk.activity_result.IActivityResolution;

/** How a workflow has ended, in the SDK's word for the command. */
export type End = { how: 'completed' | 'failed' | 'cancelled'; type?: string; message?: string };

const { WorkflowActivation } = coresdk.workflow_activation;
const { WorkflowActivationCompletion } = coresdk.workflow_completion;

/** How long a piece of a workflow may compute: the SDK gives up on one after so many milliseconds as if it hung. */
const DEADLOCK_MS = 5_000;

/** Temporal takes no longer timers, and no larger arguments. */
const LONGEST_TIMER_MS = 10_000 * 365 * 86_400_000;
const LARGEST_ARGUMENT = 2 * 1024 * 1024;

export const payload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);

async function newCreator(): Promise<ReusableVMWorkflowCreator> {
  // It would follow every promise of this process, and those of the test are not of its making.
  globalHandlers.installed = true;
  const { codePath } = await workflowBundle('real');
  const bundle = parseWorkflowCode(readFileSync(codePath, 'utf8'), codePath);
  return ReusableVMWorkflowCreator.create(bundle, DEADLOCK_MS, new Set());
}

/** The isolate that a worker runs workflows in, without worker or server. */
export class Isolate {
  #started = 0;
  #last: { driven: Driven; dispose(): Promise<void> } | undefined;
  private constructor(private creator: ReusableVMWorkflowCreator) {}

  static async open(): Promise<Isolate> {
    return new Isolate(await newCreator());
  }

  async close(): Promise<void> {
    await this.#leave();
    await this.creator.destroy();
  }

  /** Lets the workflow before go. One whose task has failed has left the isolate as nobody knows. */
  async #leave(): Promise<void> {
    const last = this.#last;
    this.#last = undefined;
    if (last?.driven.failed) this.creator = await newCreator();
    else await last?.dispose();
  }

  /** Starts a workflow, as a worker does with its first task. The one before is let go. */
  async start(
    workflowType: string,
    args: Payload[],
    answers: Answers = () => undefined,
    searchAttributes: Record<string, string[]> = {},
  ): Promise<Driven> {
    this.#started += 1;
    await this.#leave();
    const runId = `run-${this.#started}`;
    const workflowId = `driven-${this.#started}`;
    const startTime = new Date(1_700_000_000_000);
    const workflow = await this.creator.createWorkflow({
      info: {
        workflowId,
        runId,
        workflowType,
        searchAttributes: {},
        typedSearchAttributes: new TypedSearchAttributes(),
        taskQueue: 'trainctl',
        namespace: 'default',
        firstExecutionRunId: runId,
        attempt: 1,
        taskTimeoutMs: 10_000,
        startTime,
        runStartTime: startTime,
        historyLength: 3,
        historySize: 300,
        continueAsNewSuggested: false,
        unsafe: { isReplaying: false, isReplayingHistoryEvents: false },
      } as never,
      randomnessSeed: [1],
      now: startTime.getTime(),
      showStackTraceSources: false,
    });
    const driven = new Driven(workflow, runId, startTime.getTime());
    this.#last = { driven, dispose: () => workflow.dispose() };
    driven.answers = answers;
    const indexedFields = Object.fromEntries(
      Object.entries(searchAttributes).map(([name, values]) => [name, payload(values)]),
    );
    const initializeWorkflow = { workflowType, workflowId, arguments: args, firstExecutionRunId: runId };
    await driven.activate([{ initializeWorkflow: { ...initializeWorkflow, searchAttributes: { indexedFields } } }]);
    await driven.proceed();
    return driven;
  }
}

/** One workflow, told by hand what a server would tell it. A task that would fail, and be repeated for ever, throws. */
export class Driven {
  answers: Answers = () => undefined;
  end: End | undefined;
  /** A task of it has failed. */
  failed = false;
  readonly refusals: string[] = [];
  readonly scheduled: string[] = [];
  /** What each was scheduled with, in the same order. */
  readonly given: unknown[] = [];
  /** What it has put into its memo. */
  readonly memo: Record<string, unknown> = {};
  #open = new Map<number, string>();
  #timers = new Map<number, number>();
  #children: number[] = [];
  #cancelled: number[] = [];
  #updates = 0;

  constructor(
    private readonly workflow: Awaited<ReturnType<ReusableVMWorkflowCreator['createWorkflow']>>,
    private readonly runId: string,
    public now: number,
  ) {}

  /** @param isReplaying it has happened before, in the history of a run that another worker goes on with */
  async activate(jobs: Job[], isReplaying = false): Promise<void> {
    this.now += 1;
    const timestamp = msToTs(this.now);
    const activation = WorkflowActivation.fromObject({ runId: this.runId, timestamp, jobs, isReplaying });
    const done = await this.workflow.activate(activation);
    this.failed = done.failed !== undefined && done.failed !== null;
    if (this.failed) throw new Error(`the workflow task failed: ${done.failed?.failure?.message}`);
    // What could not be sent would end the worker.
    WorkflowActivationCompletion.decode(WorkflowActivationCompletion.encode(done).finish());
    for (const command of done.successful?.commands ?? []) this.#take(command);
  }

  /** Answers what is open, and what comes of that, until all that is open waits. */
  async proceed(): Promise<void> {
    for (let jobs = this.#answered(); jobs.length > 0; jobs = this.#answered()) await this.activate(jobs);
  }

  /** Lets time pass until the next timer, when nothing else is left to happen. */
  async untilItEnds(): Promise<End> {
    await this.proceed();
    while (!this.end) {
      const [seq, at] = [...this.#timers].sort((a, b) => a[1] - b[1])[0] ?? [];
      if (seq === undefined || at === undefined)
        throw new Error(`it hangs: ${JSON.stringify([...this.#open.values()])}`);
      this.#timers.delete(seq);
      this.now = Math.max(this.now, at);
      await this.activate([{ fireTimer: { seq } }]);
      await this.proceed();
    }
    return this.end;
  }

  signal(signalName: string, ...input: Payload[]): Job {
    return { signalWorkflow: { signalName, input } };
  }

  update(name: string, ...input: Payload[]): Job {
    this.#updates += 1;
    const id = `update-${this.#updates}`;
    return {
      doUpdate: { id, protocolInstanceId: id, name, input, runValidator: true, meta: { identity: '', updateId: id } },
    };
  }

  /** The answer of a query; throws what the query fails with. */
  async query(queryType: string, ...args: Payload[]): Promise<unknown> {
    const jobs = [{ queryWorkflow: { queryId: 'q', queryType, arguments: args } }];
    const done = await this.workflow.activate(WorkflowActivation.fromObject({ runId: this.runId, jobs }));
    const [answer] = done.successful?.commands ?? [];
    const { succeeded, failed } = answer?.respondToQuery ?? {};
    if (!succeeded) throw new Error(failed?.message ?? done.failed?.failure?.message ?? 'no answer');
    return defaultPayloadConverter.fromPayload(succeeded.response as Payload);
  }

  #answered(): Job[] {
    const jobs: Job[] = this.#children
      .splice(0)
      .map((seq) => ({ resolveChildWorkflowExecutionStart: { seq, succeeded: { runId: 'child' } } }));
    for (const seq of this.#cancelled.splice(0))
      jobs.push({ resolveActivity: { seq, result: { cancelled: { failure: { canceledFailureInfo: {} } } } } });
    for (const [seq, name] of this.#open) {
      const answer = this.answers(name);
      if (!answer) continue;
      this.#open.delete(seq);
      const result =
        'raw' in answer
          ? answer.raw
          : 'result' in answer
            ? { completed: { result: payload(answer.result) } }
            : { failed: { failure: { message: answer.failure, activityFailureInfo: { activityType: { name } } } } };
      jobs.push({ resolveActivity: { seq, result } });
    }
    return jobs;
  }

  #take(command: Command): void {
    const { scheduleActivity, startTimer, cancelTimer, requestCancelActivity, updateResponse } = command;
    if (scheduleActivity) {
      const { seq, activityType, arguments: args } = scheduleActivity;
      for (const { data } of args ?? []) expect(data?.length ?? 0).toBeLessThan(LARGEST_ARGUMENT);
      this.#open.set(seq ?? 0, activityType ?? '');
      this.scheduled.push(activityType ?? '');
      this.given.push(args?.[0] && defaultPayloadConverter.fromPayload(args[0] as Payload));
    }
    const { fields } = command.modifyWorkflowProperties?.upsertedMemo ?? {};
    for (const [name, value] of Object.entries(fields ?? {}))
      this.memo[name] = defaultPayloadConverter.fromPayload(value as Payload);
    if (startTimer) {
      const milliseconds = tsToMs(startTimer.startToFireTimeout);
      expect(milliseconds).toBeLessThan(LONGEST_TIMER_MS);
      this.#timers.set(startTimer.seq ?? 0, this.now + milliseconds);
    }
    if (cancelTimer) this.#timers.delete(cancelTimer.seq ?? 0);
    if (requestCancelActivity && this.#open.delete(requestCancelActivity.seq ?? 0))
      this.#cancelled.push(requestCancelActivity.seq ?? 0);
    if (command.startChildWorkflowExecution) this.#children.push(command.startChildWorkflowExecution.seq ?? 0);
    if (updateResponse?.rejected) this.refusals.push(updateResponse.rejected.message ?? '');
    if (command.completeWorkflowExecution) this.end = { how: 'completed' };
    if (command.cancelWorkflowExecution) this.end = { how: 'cancelled' };
    const { failure } = command.failWorkflowExecution ?? {};
    if (failure)
      this.end = {
        how: 'failed',
        type: failure.applicationFailureInfo?.type ?? '',
        message: failure.message ?? '',
      };
  }
}
