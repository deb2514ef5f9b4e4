import { setTimeout as sleep } from 'node:timers/promises';
import type { RunListEntry, RunStatus } from '../../../contract';
import type { Leftovers } from '../leftovers';

/** A list is worth more now than complete. Milliseconds. */
const PATIENCE = 3_000;

/** What was ended longer ago has nothing left: a host ends itself when its lease is over. The longest lease is a day. Milliseconds. */
const RECENT = 86_400_000;

/** So many of the newest are asked after. */
const MOST = 20;
/** Each status costs a question to a worker, EC2 and S3: so many at once. */
const AT_ONCE = 8;

/** Who is asked. */
export interface CutSources {
  /** The run's status; undefined: it is another one by now. Without a worker it takes longer than a list waits. */
  tell(entry: RunListEntry): Promise<RunStatus | undefined>;
  /** What EC2 shows alive of a run: it needs no worker. */
  leftovers(runKey: string): Promise<Leftovers>;
}

/**
 * For each entry of a list that Temporal has ended itself within the last day, the same with what it has cost in the end, and what it still has in
 * EC2; undefined for others, and where neither is said in time. Where its status is not said in time, its cost stays the least.
 * @param now epoch milliseconds
 */
export async function afterCuts(
  entries: readonly RunListEntry[],
  { tell, leftovers }: CutSources,
  now = Date.now(),
): Promise<(RunListEntry | undefined)[]> {
  const recent = entries.filter(({ cut, endedAt }) => cut && now - Date.parse(endedAt ?? '') < RECENT).slice(0, MOST);
  const statuses = new Map<RunListEntry, RunStatus>();
  const left = new Map<RunListEntry, string[]>();
  const waiting = [...recent];
  const over = new AbortController();
  const asking = async (): Promise<void> => {
    for (let entry = waiting.shift(); entry && !over.signal.aborted; entry = waiting.shift()) {
      const status = await tell(entry).catch(() => undefined);
      if (status && isOf(entry, status)) statuses.set(entry, status);
    }
  };
  const looking = async (entry: RunListEntry): Promise<void> => {
    const { instances, volumes, spotRequests } = await leftovers(entry.runKey);
    left.set(entry, [...instances, ...volumes, ...spotRequests]);
  };
  const all = Promise.all([
    ...recent.map((entry) => looking(entry).catch(() => undefined)),
    ...Array.from({ length: AT_ONCE }, asking),
  ]);
  const late = sleep(PATIENCE, undefined, { signal: over.signal }).catch(() => undefined);
  await Promise.race([all, late]);
  over.abort();
  return entries.map((entry) => toldBy(entry, statuses.get(entry), left.get(entry)));
}

/** Another execution of the same id may have come in its place. */
const isOf = ({ runKey, cut }: RunListEntry, status: RunStatus): boolean =>
  status.runKey === runKey && status.cut === cut;

function toldBy(entry: RunListEntry, status: RunStatus | undefined, left: string[] = []): RunListEntry | undefined {
  // Of a status to which EC2 did not answer its own list says nothing.
  const unsaid = !status || status.stillCosts?.unknown !== undefined;
  const ids = unsaid ? left : (status.stillCosts?.ids ?? []);
  const still = ids.length > 0 ? { stillCosts: ids } : {};
  if (!status) return ids.length > 0 ? { ...entry, ...still } : undefined;
  const { leastUsd: _, ...rest } = entry;
  const costUsd = Math.max(entry.costUsd ?? 0, status.costUsd);
  return { ...rest, costUsd, ...(status.leastUsd && { leastUsd: true }), ...still };
}
