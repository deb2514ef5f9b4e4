import type { ObjectInfo, ObjectStore } from '../../adapters/aws';
import { codePrefix } from '../../contract';
import { TrainctlError } from '../errors';
import { type NeedsContext, neededCode } from './needed';

/** Whoever sends code that is there already sends it anew after a day: younger ages say nothing. Seconds. */
export const LEAST_CODE_AGE = 2 * 86_400;

export interface PruneCodeOptions {
  /** Only code that was sent for the last time so many seconds ago, or longer. At least {@link LEAST_CODE_AGE}. */
  olderThanSeconds: number;
  /** Says what it would remove, and removes nothing. Default: false. */
  dryRun?: boolean;
}

/** Code of S3 that is old enough to go. Only grows. */
export interface PrunedCode {
  dryRun: boolean;
  /** What went: snapshots, by their ids. What lies beside them (times of files, notes of commits) is in `bytes` and `objects` only. */
  removed: string[];
  objects: number;
  bytes: number;
  /** What would be old enough, and stays: who needs it. */
  kept: { snapshot: string; neededBy: string[] }[];
  /** Snapshots that are needed and are not in S3. */
  missing: { snapshot: string; neededBy: string[] }[];
}

export interface PruneContext extends NeedsContext {
  store: Pick<ObjectStore, 'get' | 'list' | 'head' | 'delete'>;
  /** Epoch milliseconds. */
  now(): number;
}

/**
 * Removes code that has not been sent for a while and that no Schedule and no open run needs. What is needed is asked after what is
 * old is known, and each object is looked at once more before it goes: what was sent or scheduled meanwhile stays.
 * @throws TrainctlError `usage` for an age of less than {@link LEAST_CODE_AGE}
 */
export async function pruneCode(
  context: PruneContext,
  { olderThanSeconds, dryRun = false }: PruneCodeOptions,
): Promise<PrunedCode> {
  if (!(olderThanSeconds >= LEAST_CODE_AGE))
    throw new TrainctlError(
      'usage',
      `code younger than ${LEAST_CODE_AGE / 86_400} days may be in use: olderThanSeconds is too small`,
    );
  const { store, prefix } = context;
  const until = context.now() - olderThanSeconds * 1000;
  const old: ObjectInfo[] = [];
  const there = new Set<string>();
  for await (const object of store.list(codePrefix(prefix))) {
    if (!isCode(object.key.slice(codePrefix(prefix).length))) continue;
    there.add(object.key);
    if (object.modifiedAt <= until) old.push(object);
  }
  const needed = await neededCode(context);
  const gone: ObjectInfo[] = [];
  for (const object of old) {
    if (needed.has(object.key)) continue;
    const now = dryRun ? object : await store.head(object.key);
    if (now && now.modifiedAt <= until) gone.push(object);
  }
  if (!dryRun) await store.delete(gone.map(({ key }) => key));
  const named = (keys: Iterable<string>): { snapshot: string; neededBy: string[] }[] =>
    [...keys].flatMap((key) => {
      const snapshot = snapshotOf(key);
      return snapshot === undefined ? [] : [{ snapshot, neededBy: needed.get(key) ?? [] }];
    });
  return {
    dryRun,
    removed: gone.flatMap(({ key }) => snapshotOf(key) ?? []),
    objects: gone.length,
    bytes: gone.reduce((sum, { bytes }) => sum + bytes, 0),
    kept: named(old.map(({ key }) => key).filter((key) => needed.has(key))),
    missing: named([...needed.keys()].filter((key) => !there.has(key))),
  };
}

/** What trainctl itself puts there; anything else is somebody's own. */
const isCode = (name: string): boolean =>
  /^([0-9a-f]{64}\.tar\.gz|times\/[0-9a-f]{64}\.gz|git\/[0-9a-f]{64})$/.test(name);

const snapshotOf = (key: string): string | undefined => /([0-9a-f]{64})\.tar\.gz$/.exec(key)?.[1];
