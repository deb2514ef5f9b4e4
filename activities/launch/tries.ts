import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { LaunchFailureDetail } from '../../contract';
import { LAUNCH_FAILURES } from './send';

/** Heartbeat detail: how many tries there were, each of which has launched nothing. It outlives its try. */
interface Tries {
  nothingLaunched: number;
}

const PROOFS: ReadonlySet<unknown> = new Set([LAUNCH_FAILURES.throttled, LAUNCH_FAILURES.late]);

/**
 * Whether all tries of a launch have launched nothing. The workflow hears of the last one alone, and what another one may have sent must
 * then be looked for; so each says of those before it what is proven, and where one has said nothing (it was lost, or its result unknown) nothing is.
 */
export class LaunchTries {
  readonly #context = Context.current();
  /** Of all before this one. */
  readonly #before: boolean;

  constructor() {
    const { attempt, heartbeatDetails, scheduledTimestampMs, currentAttemptScheduledTimestampMs } = this.#context.info;
    const { nothingLaunched } = (heartbeatDetails ?? {}) as Partial<Tries>;
    // A step that was reset in Temporal counts from one again.
    this.#before =
      attempt === 1 ? scheduledTimestampMs === currentAttemptScheduledTimestampMs : nothingLaunched === attempt - 1;
    this.#noted = nothingLaunched !== undefined;
  }

  readonly #noted: boolean;

  /** The call is about to be made. */
  sending(): void {
    if (this.#noted) this.#context.heartbeat({ nothingLaunched: 0 } satisfies Tries);
  }

  /** What this try throws, with what is proven by it. */
  failed(error: unknown): unknown {
    if (!(error instanceof ApplicationFailure) || !PROOFS.has(error.type) || !this.#before) return error;
    this.#context.heartbeat({ nothingLaunched: this.#context.info.attempt } satisfies Tries);
    const detail: LaunchFailureDetail = { nothingLaunched: true };
    return ApplicationFailure.create({
      message: error.message,
      ...(error.type && { type: error.type }),
      details: [detail],
    });
  }
}
