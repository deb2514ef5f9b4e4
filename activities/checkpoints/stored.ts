import type { ObjectInfo, ObjectStore } from '../../adapters/aws';
import { nodePrefix, type RunRef, runPrefix } from '../../contract';

/** A checkpoint in S3: complete, because its manifest exists, though nobody has verified it yet. */
export interface StoredCheckpoint {
  /** Of the attempt's checkpoints, as its key has it: it grows with their age. */
  number: number;
  attempt: number;
  node: number;
  /** Key of the manifest. */
  key: string;
  bytes: number;
  /** When S3 stored the manifest, epoch milliseconds. */
  modifiedAt: number;
}

/** What one node of one attempt has below `checkpoints/`. */
export interface NodeCheckpoints {
  attempt: number;
  node: number;
  checkpoints: StoredCheckpoint[];
  /** Parts by their sha256, which is the last element of their keys. */
  parts: Map<string, ObjectInfo>;
}

type Lister = Pick<ObjectStore, 'list'>;

const MANIFEST = /\/(\d{12,15})\/manifest\.json$/;
const PART = /\/([0-9a-f]{64})$/;

/**
 * The nodes of all attempts that have written anything, found by skipping: one short listing for each, however much it
 * wrote. `/` is followed by `0` in the order of bytes, so that `a/1/0` + `0` comes after everything of node 0.
 */
export async function listNodes(
  store: Lister,
  prefix: string,
  run: Pick<RunRef, 'runKey'>,
  signal?: AbortSignal,
): Promise<{ attempt: number; node: number }[]> {
  const root = `${runPrefix(prefix, run.runKey)}a/`;
  const nodes: { attempt: number; node: number }[] = [];
  let startAfter: string | undefined;
  for (;;) {
    const first = await firstBelow(store, root, startAfter, signal);
    if (first === undefined) return nodes.sort((a, b) => a.attempt - b.attempt || a.node - b.node);
    const match = /^(\d+)\/(\d+)\//.exec(first.slice(root.length));
    if (match) nodes.push({ attempt: Number(match[1]), node: Number(match[2]) });
    startAfter = match ? `${root}${match[1]}/${match[2]}0` : first;
  }
}

async function firstBelow(
  store: Lister,
  root: string,
  startAfter: string | undefined,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const options = { ...(startAfter !== undefined && { startAfter }), ...(signal && { signal }) };
  for await (const object of store.list(root, options)) return object.key;
  return undefined;
}

/** Everything below one node's `checkpoints/`. */
export async function listCheckpoints(
  store: Lister,
  prefix: string,
  run: Pick<RunRef, 'runKey'>,
  { attempt, node }: { attempt: number; node: number },
  signal?: AbortSignal,
): Promise<NodeCheckpoints> {
  const found: NodeCheckpoints = { attempt, node, checkpoints: [], parts: new Map() };
  const root = `${nodePrefix(prefix, run.runKey, attempt, node)}checkpoints/`;
  for await (const object of store.list(root, signal ? { signal } : {})) {
    const manifest = MANIFEST.exec(object.key);
    const part = PART.exec(object.key);
    if (manifest) {
      const { key, bytes, modifiedAt } = object;
      found.checkpoints.push({ number: Number(manifest[1]), attempt, node, key, bytes, modifiedAt });
    } else if (part?.[1]) {
      found.parts.set(part[1], object);
    }
  }
  return found;
}

/** Newest first: by attempt, then by number; never by step. */
export function newestFirst(a: StoredCheckpoint, b: StoredCheckpoint): number {
  return b.attempt - a.attempt || b.number - a.number;
}

/** What the nodes of a run have below `checkpoints/`, each node of each attempt by itself. */
export async function listRun(
  store: Lister,
  prefix: string,
  run: Pick<RunRef, 'runKey'>,
  signal?: AbortSignal,
): Promise<NodeCheckpoints[]> {
  const lists: NodeCheckpoints[] = [];
  for (const one of await listNodes(store, prefix, run, signal)) {
    lists.push(await listCheckpoints(store, prefix, run, one, signal));
  }
  return lists;
}
