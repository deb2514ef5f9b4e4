import type { ObjectStore } from '../../adapters/aws';
import { NoSuchObjectError } from '../../adapters/aws';
import { LIVE_BYTES, type Live, type LiveRef, markdownText, nodePrefix, readLive } from '../../contract';
import type { ReadLivePage } from './codec';
import { readTail } from './tail';
import { liveWords } from './words';

/** Whoever looks waits for a query, of which the server gives up after some 10 s. Milliseconds. */
const PATIENCE_MS = 3_000;

/** Many who look at once cost one reading. Milliseconds. */
const FRESH_MS = 2_000;
const KEPT = 500;

/** Reads the page of a host from S3, at most every two seconds each. Never rejects: what cannot be read is said. */
export function livePageReader(store: ObjectStore, now: () => Date = () => new Date()): ReadLivePage {
  const known = new Map<string, { at: number; page: Promise<string> }>();
  return (ref) => {
    const key = nodePrefix(ref.prefix, ref.runKey, ref.attempt, 0);
    const at = now().getTime();
    const before = known.get(key);
    if (before && at - before.at < FRESH_MS) return before.page;
    const page = read(store, key, ref, now).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      return `*(step, metrics and log cannot be read now: ${markdownText(why)})*`;
    });
    known.delete(key);
    known.set(key, { at, page });
    for (const oldest of known.keys()) {
      if (known.size <= KEPT) break;
      known.delete(oldest);
    }
    return page;
  };
}

async function read(store: ObjectStore, folder: string, ref: LiveRef, now: () => Date): Promise<string> {
  if (ref.bucket !== store.bucket)
    throw new Error(`they are in s3://${ref.bucket}, and this worker reads s3://${store.bucket}`);
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const live = await liveOf(store, `${folder}live.json`, signal);
  const own = live && isOwn(live, ref) ? live : undefined;
  const log = own ? await readTail(store, `${folder}log/`, own.logUploaded, signal) : '';
  return liveWords(own, log, now());
}

async function liveOf(store: ObjectStore, key: string, signal: AbortSignal): Promise<Live | undefined> {
  try {
    const text = await store.getRange(key, 0, LIVE_BYTES, { signal });
    return readLive(JSON.parse(text.toString('utf8')));
  } catch (error) {
    if (error instanceof NoSuchObjectError) return undefined;
    if (error instanceof SyntaxError) throw new Error('its host has written no JSON');
    throw error;
  }
}

/** After a reset of the workflow another instance may have written under the same key. */
const isOwn = ({ attempt, instance }: Live, ref: LiveRef): boolean =>
  attempt === ref.attempt && (instance === undefined || ref.instanceId === undefined || instance === ref.instanceId);
