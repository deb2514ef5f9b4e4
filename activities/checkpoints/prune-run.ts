import { NoSuchObjectError } from '../../adapters/aws';
import type { RunRef } from '../../contract';
import type { ActivityDeps } from '../step';
import {
  listCheckpoints,
  listNodes,
  type NodeCheckpoints,
  newestFirst,
  partsOf,
  type StoredCheckpoint,
} from './stored';

/**
 * Removes old checkpoints of a run, manifests first: a manifest without its parts would be offered for restore, parts without
 * a manifest are only waste. Then the parts that no manifest of the same node names any more.
 *
 * A part is left alone while the agent may still count on it: when it is younger than the newest manifest (a manifest that
 * names it may be on its way), and when a manifest cannot be read.
 */
export async function pruneRun(
  deps: Pick<ActivityDeps, 'store' | 'settings'>,
  run: RunRef,
  keep: number,
  signal: AbortSignal,
): Promise<{ removed: number }> {
  const { store, settings } = deps;
  const lists: NodeCheckpoints[] = [];
  for (const node of await listNodes(store, settings.prefix, run, signal)) {
    lists.push(await listCheckpoints(store, settings.prefix, run, node, signal));
  }
  const old = new Set(beyond(lists, keep).map(({ key }) => key));
  if (old.size > 0) await store.delete([...old], { signal });
  for (const list of lists) {
    const kept = list.checkpoints.filter(({ key }) => !old.has(key));
    const unused = await unusedParts(deps, list, kept, signal);
    if (unused.length > 0) await store.delete(unused, { signal });
  }
  return { removed: old.size };
}

/** The checkpoints to remove: for each node, all but the newest `keep` over all attempts. */
function beyond(lists: readonly NodeCheckpoints[], keep: number): StoredCheckpoint[] {
  const byNode = new Map<number, StoredCheckpoint[]>();
  for (const { node, checkpoints } of lists) byNode.set(node, [...(byNode.get(node) ?? []), ...checkpoints]);
  return [...byNode.values()].flatMap((all) => all.sort(newestFirst).slice(Math.max(1, keep)));
}

async function unusedParts(
  { store }: Pick<ActivityDeps, 'store'>,
  list: NodeCheckpoints,
  kept: readonly StoredCheckpoint[],
  signal: AbortSignal,
): Promise<string[]> {
  if (list.parts.size === 0 || list.checkpoints.length === 0) return [];
  const used = new Set<string>();
  for (const checkpoint of kept) {
    const parts = await partsOf(store, checkpoint, signal).catch((error: unknown) => {
      if (error instanceof NoSuchObjectError) return new Set<string>();
      throw error;
    });
    // Whatever it means, it may mean these parts.
    if (!parts) return [];
    for (const sha256 of parts) used.add(sha256);
  }
  const newest = Math.max(...list.checkpoints.map(({ modifiedAt }) => modifiedAt));
  return [...list.parts]
    .filter(([sha256, part]) => !used.has(sha256) && part.modifiedAt < newest)
    .map(([, part]) => part.key);
}
