import { NoSuchObjectError } from '../../adapters/aws';
import { hostDir, type RestoreRequest, type RestoreResult, type RunRef, type TrainingActivities } from '../../contract';
import { askAgent } from '../host';
import { type ActivityDeps, countInWords, type SpecStore, withHeartbeat } from '../step';
import {
  listCheckpoints,
  listNodes,
  type NodeCheckpoints,
  newestFirst,
  partsOf,
  type StoredCheckpoint,
} from './stored';

/** Checkpoints that are offered to the host, newest first: damaged ones are passed over there. */
const CANDIDATES = 5;

/** How long the URLs of a checkpoint stay good. */
const URL_SECONDS = 6 * 3600;

type Candidate = RestoreRequest['candidates'][number];

/** Finds the newest checkpoints of the run in S3 and lets the host verify one and put it in place. */
export function createRestoreCheckpoint(deps: ActivityDeps, specs: SpecStore): TrainingActivities['restoreCheckpoint'] {
  return ({ host, lease }) =>
    withHeartbeat(async (beat) => {
      const { spec } = await specs.read(host.node, beat.signal);
      const candidates = await findCandidates(deps, host.node, host.node.node, beat.signal);
      if (candidates.length === 0) {
        return { did: false, detail: 'from the beginning', checkpoint: null, damaged: [] };
      }
      const { runKey, attempt, node } = host.node;
      const request: RestoreRequest = {
        dir: hostDir(runKey, attempt, node),
        checkpointsDir: spec.checkpoints.dir,
        held: true,
        candidates,
      };
      const what = 'restoring a checkpoint failed';
      const done = await askAgent<RestoreResult>(deps, { host, verb: 'restore', request, beat, lease, what });
      const damaged = done.damaged.slice(0, CANDIDATES).map(({ key, why }) => `${key}: ${why}`.slice(0, 500));
      const passed = damaged.length > 0 ? ` (${countInWords(damaged.length, 'damaged one')} passed over)` : '';
      if (done.step === null || done.attempt === null || done.key === null) {
        return { did: false, detail: `from the beginning${passed}`, checkpoint: null, damaged };
      }
      return {
        did: true,
        detail: `checkpoint ${done.step}, ${countInWords(done.files, 'file')} verified${passed}`,
        checkpoint: { step: done.step, attempt: done.attempt, key: done.key, bytes: done.bytes },
        damaged,
      };
    });
}

/** The newest checkpoints of a node over all attempts, with URLs of all that they consist of. */
async function findCandidates(
  deps: Pick<ActivityDeps, 'store' | 'settings'>,
  run: RunRef,
  node: number,
  signal: AbortSignal,
): Promise<Candidate[]> {
  const { store, settings } = deps;
  const nodes = (await listNodes(store, settings.prefix, run, signal)).filter((one) => one.node === node);
  const lists: NodeCheckpoints[] = [];
  for (const one of nodes) lists.push(await listCheckpoints(store, settings.prefix, run, one, signal));
  const newest = lists
    .flatMap((list) => list.checkpoints)
    .sort(newestFirst)
    .slice(0, CANDIDATES);
  const candidates: Candidate[] = [];
  for (const checkpoint of newest) {
    const list = lists.find((one) => one.attempt === checkpoint.attempt);
    const candidate = list && (await signCandidate(deps, checkpoint, list, signal));
    if (candidate) candidates.push(candidate);
  }
  return candidates;
}

async function signCandidate(
  { store }: Pick<ActivityDeps, 'store'>,
  checkpoint: StoredCheckpoint,
  { parts }: NodeCheckpoints,
  signal: AbortSignal,
): Promise<Candidate | undefined> {
  const { key, step, attempt } = checkpoint;
  const sign = (name: string): Promise<string> => store.presignGet(name, { expiresSeconds: URL_SECONDS });
  const partUrls: Record<string, string> = {};
  try {
    // One that cannot be read is offered all the same: the host reports it as damaged.
    for (const sha256 of (await partsOf(store, checkpoint, signal)) ?? []) {
      const part = parts.get(sha256);
      if (part) partUrls[sha256] = await sign(part.key);
    }
  } catch (error) {
    // Pruned since the listing.
    if (error instanceof NoSuchObjectError) return undefined;
    throw error;
  }
  return { key, step, attempt, manifestUrl: await sign(key), partUrls };
}
