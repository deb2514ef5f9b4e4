import { setTimeout as sleep } from 'node:timers/promises';
import type { RunListEntry, RunStatus } from '../../../contract';
import { runningCost } from '../../view/run-view';

/** A list is worth more now than complete. Milliseconds. */
const PATIENCE = 3_000;

/** Each costs its worker a look, or a replay; so many of the newest are asked, and so many at once. */
const ASKED = 50;
const AT_ONCE = 8;

/**
 * The list with what open runs have cost until now, by their own word: Temporal hears of a cost only when an attempt ends. For one that
 * does not answer in time it says what is known, and that it is the least ({@link RunListEntry.leastUsd}).
 * @param ask the run's status; undefined when it does not answer
 */
export async function withCosts(
  entries: readonly RunListEntry[],
  ask: (run: string) => Promise<RunStatus | undefined>,
  now: () => Date,
): Promise<RunListEntry[]> {
  const open = new Set(entries.filter((entry) => entry.endedAt === null && entry.attemptCount > 0));
  const costs = new Map<string, number>();
  const waiting = [...open].slice(0, ASKED);
  const over = new AbortController();
  const asking = async (): Promise<void> => {
    for (let entry = waiting.shift(); entry && !over.signal.aborted; entry = waiting.shift()) {
      const status = await ask(entry.run).catch(() => undefined);
      // Another execution of the same id may have come in its place.
      if (status?.runKey === entry.runKey)
        costs.set(entry.runKey, Math.max(status.costUsd, runningCost(status.attempts, now())));
    }
  };
  const late = sleep(PATIENCE, undefined, { signal: over.signal }).catch(() => undefined);
  await Promise.race([Promise.all(Array.from({ length: AT_ONCE }, asking)), late]);
  over.abort();
  return entries.map((entry) => {
    if (!open.has(entry)) return entry;
    const costUsd = costs.get(entry.runKey);
    return costUsd === undefined ? { ...entry, costUsd: entry.costUsd ?? 0, leastUsd: true } : { ...entry, costUsd };
  });
}
