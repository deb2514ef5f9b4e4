import { setTimeout as delay } from 'node:timers/promises';
import type { CheckpointAnswer, RunStatus } from '../../contract';

/** The host answers within 150 s, and the step that asks it gives up after 4 minutes. Milliseconds. */
const PATIENCE_MS = 270_000;
const POLL_MS = 500;

/**
 * Waits until the run says what came of wish `asked` for a checkpoint: it, or the reason why there is none. Without an answer for
 * `patienceMs` that is the reason.
 */
export async function awaitCheckpoint(
  asked: number | undefined,
  status: () => Promise<Pick<RunStatus, 'checkpointAsked' | 'endedAt'>>,
  { patienceMs = PATIENCE_MS, pollMs = POLL_MS } = {},
): Promise<CheckpointAnswer> {
  if (asked === undefined) return { reason: 'the worker is of an older release, which does not say what came of it' };
  const until = Date.now() + patienceMs;
  for (;;) {
    const { checkpointAsked, endedAt } = await status();
    if (checkpointAsked?.answer && checkpointAsked.count >= asked) return checkpointAsked.answer;
    if (endedAt !== undefined) return { reason: 'the run ended before it was taken' };
    if (Date.now() >= until) return { reason: `no answer within ${Math.round(patienceMs / 1000)} s` };
    await delay(pollMs);
  }
}
