import { setTimeout as delay } from 'node:timers/promises';
import {
  ApplicationFailure,
  CancelledFailure,
  TerminatedFailure,
  TimeoutFailure,
  WorkflowFailedError,
  type WorkflowHandle,
} from '@temporalio/client';
import {
  runWord,
  SUITE_MESSAGES,
  type SuiteOutcome,
  type SuiteResult,
  type SuiteStatus,
  shownId,
  suiteResultOf,
} from '../../contract';
import { isConnectionFault } from '../connection/rpc';
import { messageOf, TrainctlError } from '../errors';
import type { SuitesContext } from './context';

const LOOK_EVERY_MS = 1_000;
const ANSWER_MS = 5_000;
/** How long a suite that has closed is asked what it came to: a worker has to read its history again. */
const LAST_WORD_MS = 60_000;

const OUTCOMES: readonly string[] = ['passed', 'failed', 'over-budget', 'cancelled'] satisfies SuiteOutcome[];

/** One suite, that runs or has ended. */
export class SuiteHandle {
  /** What it said last. */
  #last: SuiteStatus | undefined;

  constructor(
    private readonly context: Pick<SuitesContext, 'client' | 'guard'>,
    /** Its workflow id. */
    readonly suite: string,
    readonly runId: string,
    private readonly lastWordMs = LAST_WORD_MS,
  ) {}

  private get handle(): WorkflowHandle {
    return this.context.client.workflow.getHandle(this.suite, this.runId);
  }

  /** Where it is, by its own word; undefined while no worker answers. */
  async status(): Promise<SuiteStatus | undefined> {
    try {
      this.#last = await this.context.client.withDeadline(Date.now() + ANSWER_MS, () =>
        this.handle.query<SuiteStatus>(SUITE_MESSAGES.status),
      );
      return this.#last;
    } catch {
      return undefined;
    }
  }

  async isClosed(): Promise<boolean> {
    return (await this.context.guard(() => this.handle.describe())).closeTime !== undefined;
  }

  /** Where it is, again and again, until it has closed or the signal aborts. A connection that is cut only makes it wait. */
  async *follow(signal?: AbortSignal): AsyncGenerator<SuiteStatus, void> {
    for (;;) {
      if (signal?.aborted) return;
      const closed = await this.isClosed().catch((error: unknown) => {
        if (isConnectionFault(error) || (error instanceof TrainctlError && error.code === 'unavailable')) return false;
        throw error;
      });
      const status = await this.status();
      if (status && !signal?.aborted) yield status;
      if (closed) return;
      await delay(LOOK_EVERY_MS, undefined, signal ? { signal } : {}).catch(() => undefined);
    }
  }

  /** Ends what it has begun, and verifies that; {@link follow} shows it. */
  async cancel(): Promise<void> {
    await this.context.guard(() => this.handle.cancel());
  }

  /** Where it was when it closed; undefined when nobody says so in time. */
  private async lastWord(isWhole: (status: SuiteStatus) => boolean): Promise<SuiteStatus | undefined> {
    const until = Date.now() + this.lastWordMs;
    for (;;) {
      const status = this.#last && isWhole(this.#last) ? this.#last : await this.status();
      if (status || Date.now() >= until) return status;
      await delay(LOOK_EVERY_MS);
    }
  }

  /**
   * How it ended; waits for an open one. One that Temporal has ended has failed: it did not look at what is left.
   * @throws TrainctlError `invalid-spec` when its options have faults, `unavailable` when it could not be prepared, `no-worker` when it was
   *   cancelled and nobody says what it came to
   */
  async result(): Promise<SuiteResult> {
    try {
      return (await this.handle.result()) as SuiteResult;
    } catch (error) {
      if (!(error instanceof WorkflowFailedError)) throw error;
      return this.resultIn(error.cause);
    }
  }

  private async resultIn(cause: unknown): Promise<SuiteResult> {
    if (cause instanceof CancelledFailure) {
      // Temporal keeps no word of ours beside it.
      const status = await this.lastWord(({ phase }) => phase === 'ended');
      if (status) return suiteResultOf(status, 'cancelled');
      throw new TrainctlError(
        'no-worker',
        `${shownId(this.suite)} was cancelled, and no worker says what is left of it`,
        {
          next: `start one (trainctl worker, or: trainctl stack up --detach), then: trainctl e2e --follow ${runWord(this.suite)}`,
        },
      );
    }
    if (cause instanceof ApplicationFailure) {
      const result = cause.details?.[0] as Partial<SuiteResult> | undefined;
      if (OUTCOMES.includes(String(result?.outcome)) && Array.isArray(result?.scenarios)) return result as SuiteResult;
      if (cause.type === 'invalid') throw new TrainctlError('invalid-spec', cause.message);
      // Its options were right: something around it was not.
      throw new TrainctlError('unavailable', `the suite failed: ${cause.message}`, {
        next: `trainctl doctor, and its history in Temporal: temporal workflow show --workflow-id ${runWord(this.suite)}`,
        cause,
      });
    }
    const how =
      cause instanceof TerminatedFailure
        ? 'was terminated in Temporal'
        : cause instanceof TimeoutFailure
          ? 'has timed out in Temporal'
          : `failed: ${messageOf(cause)}`;
    return this.cutOff(how);
  }

  /** With what is known of it, and no word of what nobody has looked at. */
  private async cutOff(how: string): Promise<SuiteResult> {
    const status = (await this.status()) ?? this.#last;
    const list = `temporal workflow list --query 'WorkflowId STARTS_WITH "${runWord(this.suite)}"'`;
    const reason = `${shownId(this.suite)} ${how}: its scenarios are cancelled, and take away what they made (${list})`;
    const leftovers = [...(status?.leftovers ?? []), 'unknown: the suite did not come to look'];
    if (status) {
      // A report that was stored before says otherwise.
      const { report: _report, ...known } = suiteResultOf(status, 'failed');
      return { ...known, reason, leftovers };
    }
    return { outcome: 'failed', scenarios: [], costUsd: 0, leftovers, suite: this.suite, reason };
  }
}
