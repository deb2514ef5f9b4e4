import { Context } from '@temporalio/activity';

/** Milliseconds between heartbeats: a cancel arrives only as the answer to one. */
const EVERY_MS = 2_000;

/** Runs `work` with a sign of life on a timer of its own, and what `details` says with each. */
export async function beating<T>(work: () => Promise<T>, details: () => unknown = () => undefined): Promise<T> {
  const context = Context.current();
  const beat = (): void => context.heartbeat(details());
  beat();
  const timer = setInterval(beat, EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
