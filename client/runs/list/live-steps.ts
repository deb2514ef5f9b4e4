import { setTimeout as sleep } from 'node:timers/promises';
import type { Live, RunListEntry } from '../../../contract';
import type { ObjectReader } from '../../objects';
import { getLive } from '../live';

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
  const liveOf = ({ runKey, attemptCount }: RunListEntry): Promise<Live | undefined> =>
    Promise.race([getLive(objects, prefix, runKey, attemptCount).catch(() => undefined), late]);
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
