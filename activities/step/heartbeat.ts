import { Context } from '@temporalio/activity';

/**
 * Milliseconds between heartbeats. A cancellation arrives only as the answer to one, so this is also how long a stop may go
 * unnoticed; the worker's throttle for its main queue is the same.
 */
const EVERY_MS = 2_000;

export interface Beat {
  /** Aborted when Temporal cancels the activity, or its worker shuts down. */
  signal: AbortSignal;
  /** What is going on, in words; shown as the heartbeat's details. */
  say(progress: string): void;
}

/**
 * Runs `work` with a heartbeat on a timer of its own, so that a step that is silent for minutes is still seen alive, and so
 * that cancellation, which arrives only as the answer to a heartbeat, is noticed.
 */
export async function withHeartbeat<T>(work: (beat: Beat) => Promise<T>): Promise<T> {
  const context = Context.current();
  let last = '';
  const beat = (): void => context.heartbeat(last === '' ? undefined : { progress: last });
  beat();
  const timer = setInterval(beat, EVERY_MS);
  try {
    return await work({
      signal: context.cancellationSignal,
      say: (progress) => {
        last = progress.slice(0, 300);
        beat();
      },
    });
  } catch (error) {
    // What a cancelled call throws depends on the library it was in: Temporal wants its own kind of error.
    if (context.cancellationSignal.aborted) await context.cancelled;
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** The first sign of a call that is usually over in a moment: a quick one costs Temporal none. Milliseconds. */
const LATE_MS = 3_000;

/**
 * Runs `work`, a call to an API that is usually quick: from its third second on it gives signs of life, so that Temporal can tell it from a
 * start that was lost, however slow the API is. A cancel is not its business.
 */
export async function withSigns<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), LATE_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
