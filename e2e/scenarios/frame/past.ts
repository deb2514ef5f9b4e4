import { pastPrefix, readPastKey } from '../../../contract';
import type { UndoContext } from '../scenario';

/** Of the runs that ended last, so many are looked through: a suite is not older than that. */
const NEWEST = 2000;

/** The keys of what runs leave for lists when they end, of those that are meant: by run key, or by the beginning of their id. */
export async function pastKeysOf(
  { objects, settings }: Pick<UndoContext, 'objects' | 'settings'>,
  isMeant: (run: { runKey: string; id: string }) => boolean,
): Promise<string[]> {
  const keys: string[] = [];
  let seen = 0;
  for await (const { key } of objects.list(pastPrefix(settings.prefix))) {
    const past = readPastKey(settings.prefix, key);
    if (past && isMeant(past)) keys.push(key);
    seen += 1;
    if (seen >= NEWEST) break;
  }
  return keys;
}
