import { setTimeout as sleep } from 'node:timers/promises';
import { type Live, nodePrefix, type RunListEntry } from '../../contract';
import { getJson, type ObjectReader } from '../objects';

/** A list is worth more now than complete. Milliseconds. */
const PATIENCE = 3_000;

/**
 * The list with the steps of open runs as their hosts tell them: Temporal hears of a step only when an attempt ends. Where S3
 * does not answer in time, the list says what Temporal knows.
 */
export async function withLiveSteps(
  entries: RunListEntry[],
  objects: ObjectReader,
  prefix: string,
): Promise<RunListEntry[]> {
  const over = new AbortController();
  const late = sleep(PATIENCE, undefined, { signal: over.signal }).catch(() => undefined);
  const liveOf = async ({ runKey, attemptCount }: RunListEntry): Promise<Live | undefined> => {
    const live = getJson(objects, `${nodePrefix(prefix, runKey, attemptCount, 0)}live.json`).catch(() => undefined);
    return (await Promise.race([live, late])) as Live | undefined;
  };
  const listed = entries.map(async (entry) => {
    const step = entry.endedAt === null && entry.attemptCount > 0 ? (await liveOf(entry))?.step : undefined;
    return typeof step === 'number' ? { ...entry, step } : entry;
  });
  try {
    return await Promise.all(listed);
  } finally {
    over.abort();
  }
}
