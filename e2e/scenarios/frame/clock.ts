import { setTimeout as wait } from 'node:timers/promises';
import { shown } from '../checks';
import { type ScenarioClock, StepFailure } from '../scenario';

/** Minutes that something may take which AWS does in one or two. */
const LIMIT_MINUTES = 5;
const EVERY_MS = 1000;

/** Hears what is waited for since questions end in errors; without `why`: it came. */
export type OnWait = (what: string, why?: string) => void;

/** So long questions may end in errors before that is said: what was begun a moment ago is not there yet. Milliseconds. */
const SAID_AFTER_MS = 10_000;

/** How much longer until another reason is told: AWS words some anew each time. */
const AGAIN_TIMES = 3;

/** Tells of one wait, each reason once. */
function teller(what: string, onWait: OnWait, afterMs: number) {
  let since: number | undefined;
  let told: string | undefined;
  let next = 0;
  return {
    failed(error: unknown): void {
      since ??= Date.now();
      const why = shown(error);
      if (Date.now() - since < afterMs || Date.now() < next || why === told) return;
      told = why;
      next = Date.now() + AGAIN_TIMES * afterMs;
      onWait(what, why);
    },
    answered(): void {
      since = undefined;
      if (told !== undefined) onWait(what);
      told = undefined;
    },
  };
}

/**
 * @param patience how much longer than on AWS things may take: a machine that plays cloud and hosts at once may be slow, and that is
 * no fault of trainctl
 * @param onWait see {@link OnWait}; `saidAfterMs`: after so long
 */
export function makeClock(
  patience: number,
  signal?: AbortSignal,
  onWait: OnWait = () => undefined,
  saidAfterMs = SAID_AFTER_MS,
): ScenarioClock {
  const sleep = async (ms: number): Promise<void> => {
    signal?.throwIfAborted();
    await wait(ms, undefined, signal ? { signal } : {}).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  };
  return {
    now: () => new Date(),
    sleep,
    async until(what, ask, { limitMinutes = LIMIT_MINUTES, everyMs = EVERY_MS, seen } = {}) {
      const end = Date.now() + limitMinutes * patience * 60_000;
      const waits = teller(what, onWait, saidAfterMs);
      for (;;) {
        signal?.throwIfAborted();
        let last: unknown;
        try {
          const answer = await ask();
          waits.answered();
          if (answer !== undefined && answer !== false) return answer;
          last = answer;
        } catch (error) {
          // A check of its own is an answer, and no "not yet".
          if (error instanceof StepFailure) throw error;
          last = error;
          waits.failed(error);
        }
        if (Date.now() >= end) {
          const minutes = Math.round(limitMinutes * patience * 10) / 10;
          const now = await Promise.resolve(seen ? seen() : last).catch((error: unknown) => error);
          throw new StepFailure(`awaited for ${minutes} minutes, in vain: ${what}`, what, shown(now ?? 'nothing'));
        }
        await sleep(everyMs);
      }
    },
  };
}
