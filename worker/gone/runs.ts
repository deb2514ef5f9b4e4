import {
  type Client,
  ScheduleOverlapPolicy,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { GRPC, queuesOf, RECONCILE_TYPE, reconcileSchedule, WORKFLOW_TYPE } from '../../contract';
import { deriveRunKey } from '../../contract/tokens';
import { grpcCode } from '../temporal/namespace';

/** One execution of a workflow id. */
export interface Execution {
  workflowId: string;
  runId: string;
}

/** Between two looks at which runs Temporal has ended. Milliseconds. */
export const LIST_MS = 20_000;

/** How far back a look at the list goes; what ended before is left to the passes of every five minutes. Milliseconds. */
const BACK_MS = 600_000;

/** Somebody ends many at once: one pass over all is asked for, where a workflow for each would keep EC2 from everybody else. */
const MANY = 50;

/** Long enough for three looks whose instances take their time. */
const LOOK_TIMEOUT = '15 minutes';

/** Temporal answers within milliseconds. */
const ANSWER_MS = 10_000;

interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** How Temporal ends a run that has no say in it. */
const CUT = new Set(['TERMINATED', 'TIMED_OUT']);

/**
 * Runs that Temporal has ended (terminated, timed out, deleted) undo nothing themselves. Whoever learns of one has the reconciler look at it
 * at once, by a workflow whose id is the execution's: however many learn of it, there is one. What is ended is decided there, by the
 * reconciler's own rules of proof.
 */
export class GoneRuns {
  /** Run ids of executions that are being looked at, or were, and since when. */
  readonly #seen = new Map<string, number>();
  readonly #schedule: string;
  readonly #queue: string;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly client: Client,
    installation: string,
    private readonly log: Log,
    private readonly now: () => number = Date.now,
  ) {
    this.#schedule = reconcileSchedule(installation);
    this.#queue = queuesOf(installation).main;
  }

  /** Looks at the list now, and again and again. */
  start(everyMs = LIST_MS): void {
    let silent = false;
    const turn = async (): Promise<void> => {
      await this.list().then(
        () => {
          silent = false;
        },
        (error: unknown) => {
          // Said once: who asks Temporal for its tasks says the rest.
          if (!silent) this.log.warn({ error: String(error) }, 'Temporal did not list which runs it has ended');
          silent = true;
        },
      );
      if (this.#timer) this.#timer = setTimeout(() => void turn(), everyMs);
    };
    this.#timer = setTimeout(() => void turn(), 0);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** A heartbeat was answered by "no such activity": that of a run that is gone, or of a try that Temporal had given up. Never rejects. */
  async heartbeatUnknown(execution: Execution): Promise<void> {
    // One by one only what is few; the next look at the list meets the others.
    if (this.#seen.has(execution.runId) || this.#lately() >= MANY) return;
    try {
      if ((await this.#isGone(execution)) && !(await this.#paused())) await this.#lookAt(execution);
    } catch (error) {
      this.log.warn({ run: execution.workflowId, error: String(error) }, 'it is not known whether the run is gone');
    }
  }

  /** All that Temporal has ended lately: also runs of which no activity was under way, or none that heartbeats. */
  async list(): Promise<void> {
    const since = new Date(this.now() - BACK_MS).toISOString();
    const query = `WorkflowType = "${WORKFLOW_TYPE}" AND ExecutionStatus IN ("Terminated", "TimedOut") AND TaskQueue = "${this.#queue}" AND CloseTime > "${since}"`;
    const found: Execution[] = [];
    for await (const { workflowId, runId } of this.client.workflow.list({ query, pageSize: 200 }))
      if (!this.#seen.has(runId)) found.push({ workflowId, runId });
    // Of twice the time that a list goes back, nothing of before is met again.
    for (const [runId, at] of this.#seen) if (this.now() - at > 2 * BACK_MS) this.#seen.delete(runId);
    // Whoever has paused the reconciler wants nothing to be ended.
    if (found.length === 0 || (await this.#paused())) return;
    if (found.length > MANY) return this.#lookAtAll(found);
    const failures: unknown[] = [];
    for (const execution of found) await this.#lookAt(execution).catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }

  /** By the pass that looks at everything, now. */
  async #lookAtAll(found: readonly Execution[]): Promise<void> {
    await this.client.schedule.getHandle(this.#schedule).trigger(ScheduleOverlapPolicy.BUFFER_ONE);
    for (const { runId } of found) this.#seen.set(runId, this.now());
    this.log.info({ runs: found.length }, 'Temporal has ended many runs: what they left is looked for');
  }

  /** How many were met since the last look at the list. */
  #lately(): number {
    const since = this.now() - LIST_MS;
    return [...this.#seen.values()].filter((at) => at > since).length;
  }

  async #isGone({ workflowId, runId }: Execution): Promise<boolean> {
    try {
      const handle = this.client.workflow.getHandle(workflowId, runId);
      const { status } = await this.client.withDeadline(Date.now() + ANSWER_MS, () => handle.describe());
      return CUT.has(status.name);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError || grpcCode(error) === GRPC.notFound) return true;
      throw error;
    }
  }

  async #lookAt(execution: Execution): Promise<void> {
    const { workflowId, runId } = execution;
    if (this.#seen.has(runId)) return;
    this.#seen.set(runId, this.now());
    try {
      await this.client.workflow.start(RECONCILE_TYPE, {
        workflowId: `${this.#schedule}-${deriveRunKey(workflowId, runId)}`,
        taskQueue: this.#queue,
        args: [{ run: workflowId }],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        workflowIdConflictPolicy: 'FAIL',
        workflowExecutionTimeout: LOOK_TIMEOUT,
        staticSummary: 'reconcile: a run that Temporal has ended',
      });
      this.log.info({ run: workflowId }, 'Temporal has ended the run: what it left is looked for');
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return;
      this.#seen.delete(runId);
      throw error;
    }
  }

  async #paused(): Promise<boolean> {
    try {
      return (await this.client.schedule.getHandle(this.#schedule).describe()).state.paused;
    } catch {
      // A worker that may ask for no schedules, or whose schedule was deleted.
      return false;
    }
  }
}
