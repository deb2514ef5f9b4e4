import type { Lineage, RunRef } from '../../contract';
import type { ActivityDeps } from '../step';
import { type JudgedCheckpoint, judgeCheckpoint, type Look, newLook } from './judged';
import { beyondKeep } from './retention';
import { listCheckpoints, listRun, type NodeCheckpoints, newestFirst } from './stored';

export interface PruneOptions {
  /** How many good checkpoints stay, in each lineage; at least one. */
  keep: number;
  lineage?: Lineage | undefined;
  /**
   * The attempt that trains: its agent, and those of later ones, may be at work on another checkpoint. Absent: none is, and
   * nothing but what is kept is needed.
   */
  training?: number;
}

export interface Pruned {
  removed: number;
  /** Parts that the newest manifest of the training attempt names and S3 does not have: its agent believes in them. */
  missing: string[];
}

/**
 * Removes old checkpoints of a run, manifests first: a manifest without its parts would be offered for restore, parts without
 * a manifest are only waste. Then the parts that nothing needs any more.
 *
 * An agent sends no part again that its newest manifest names, so those of an attempt that may still write are needed, whatever
 * that manifest is worth; and so is each part that is younger than it: the manifest that names it may be on its way. What an agent
 * believes in and S3 has lost is answered, so that it can be told.
 */
export async function pruneRun(
  deps: Pick<ActivityDeps, 'store' | 'settings'>,
  run: RunRef,
  { keep, lineage, training = Number.POSITIVE_INFINITY }: PruneOptions,
  signal: AbortSignal,
): Promise<Pruned> {
  const { store, settings } = deps;
  const lists = await listRun(store, settings.prefix, run, signal);
  const judged = new Map(lists.map((list): [NodeCheckpoints, JudgedCheckpoint[]] => [list, []]));
  const look = newLook();
  for (const list of [...lists].reverse()) {
    // A later attempt may have been launched since: its instance is not known here.
    const known = list.attempt > training ? withoutLaunched(lineage) : lineage;
    judged.set(list, await judgeAll(store, list, look, known, signal));
  }

  const old = new Set(beyondKeep([...judged.values()].flat(), keep, lineage).map(({ key }) => key));
  // The newest of an attempt that may still write says what its agent believes.
  for (const [{ attempt }, all] of judged) {
    const newest = ownNewest(all);
    if (attempt >= training && newest) old.delete(newest.key);
  }
  if (old.size > 0) await store.delete([...old], { signal });

  for (const [list, all] of judged) {
    const kept = all.filter(({ key }) => !old.has(key));
    const unused = unusedParts(list, kept, ownNewest(all), list.attempt >= training);
    if (unused.length > 0) await store.delete(await unchanged(deps, run, list, unused, signal), { signal });
  }
  return { removed: old.size, missing: await missingOf(deps, run, lists, { training, lineage }, signal) };
}

/** The newest that the attempt's own agent wrote, of a list that begins with the newest. */
const ownNewest = (all: readonly JudgedCheckpoint[]): JudgedCheckpoint | undefined =>
  all.find(({ kind }) => kind !== 'foreign');

function withoutLaunched(lineage: Lineage | undefined): Lineage | undefined {
  if (!lineage) return undefined;
  const { launched: _, ...rest } = lineage;
  return rest;
}

/** Newest first. */
async function judgeAll(
  store: ActivityDeps['store'],
  list: NodeCheckpoints,
  look: Look,
  lineage: Lineage | undefined,
  signal: AbortSignal,
): Promise<JudgedCheckpoint[]> {
  const all: JudgedCheckpoint[] = [];
  for (const checkpoint of list.checkpoints.sort(newestFirst)) {
    all.push(await judgeCheckpoint(store, checkpoint, list, look, lineage, signal));
  }
  return all;
}

function unusedParts(
  list: NodeCheckpoints,
  kept: readonly JudgedCheckpoint[],
  newest: JudgedCheckpoint | undefined,
  mayWrite: boolean,
): string[] {
  if (mayWrite && !newest) return [];
  const used = new Set<string>();
  for (const { kind, facts } of kept) {
    // Whatever it means, it may mean these parts.
    if (kind === 'unknown' || (mayWrite && !facts)) return [];
    // Of one that cannot be restored nothing is needed, unless it can be made whole again.
    if (kind === 'damaged' && !mayWrite) continue;
    for (const sha256 of facts?.parts.keys() ?? []) used.add(sha256);
  }
  const young = (modifiedAt: number): boolean => mayWrite && newest !== undefined && modifiedAt >= newest.modifiedAt;
  return [...list.parts]
    .filter(([sha256, part]) => !used.has(sha256) && !young(part.modifiedAt))
    .map(([sha256]) => sha256);
}

/** Keys of the parts that nobody has sent again since they were listed. */
async function unchanged(
  { store, settings }: Pick<ActivityDeps, 'store' | 'settings'>,
  run: RunRef,
  list: NodeCheckpoints,
  unused: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const now = await listCheckpoints(store, settings.prefix, run, list, signal);
  return unused.flatMap((sha256) => {
    const [before, part] = [list.parts.get(sha256), now.parts.get(sha256)];
    return part && part.modifiedAt === before?.modifiedAt ? [part.key] : [];
  });
}

/** What the newest manifest of the training attempt lacks, looked for anew: after all that was removed, and all that came. */
async function missingOf(
  { store, settings }: Pick<ActivityDeps, 'store' | 'settings'>,
  run: RunRef,
  lists: readonly NodeCheckpoints[],
  { training, lineage }: { training: number; lineage: Lineage | undefined },
  signal: AbortSignal,
): Promise<string[]> {
  const own = lists.find(({ attempt }) => attempt === training);
  if (!own) return [];
  const now = await listCheckpoints(store, settings.prefix, run, own, signal);
  const look = newLook();
  for (const newest of now.checkpoints.sort(newestFirst)) {
    const { kind, missing } = await judgeCheckpoint(store, newest, now, look, lineage, signal);
    if (kind !== 'foreign') return missing;
  }
  return [];
}
