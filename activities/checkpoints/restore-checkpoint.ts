import { NoSuchObjectError } from '../../adapters/aws';
import {
  checkpointWords,
  hostDir,
  type RestoreRequest,
  type RestoreResult,
  type RunRef,
  type TrainingActivities,
} from '../../contract';
import { askAgent } from '../host';
import { type ActivityDeps, countInWords, type SpecStore, withHeartbeat } from '../step';
import {
  listCheckpoints,
  listNodes,
  manifestWords,
  type NodeCheckpoints,
  newestFirst,
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
        candidates,
      };
      const what = 'restoring a checkpoint failed';
      const done = await askAgent<RestoreResult>(deps, { host, verb: 'restore', request, beat, lease, what });
      const damaged = done.damaged.slice(0, CANDIDATES).map(({ key, why }) => `${key}: ${why}`.slice(0, 500));
      const passed = damaged.length > 0 ? ` (${countInWords(damaged.length, 'damaged one')} passed over)` : '';
      if (done.attempt === null || done.key === null) {
        return { did: false, detail: `from the beginning${passed}`, checkpoint: null, damaged };
      }
      const { step, attempt: from, key, bytes, number, suspect } = done;
      const checkpoint = {
        step,
        attempt: from,
        key,
        bytes,
        ...(number === undefined ? {} : { number }),
        ...(suspect === undefined ? {} : { suspect }),
      };
      const doubt = suspect === undefined ? '' : `, suspect: ${suspect.slice(0, 300)}`;
      return {
        did: true,
        detail: `${checkpointWords(checkpoint)}, ${countInWords(done.files, 'file')} verified${doubt}${passed}`,
        checkpoint,
        damaged,
      };
    });
}

/** So many of the newest are looked at for those that are whole. */
const LOOKED_AT = 20;

/** The newest checkpoints of a node over all attempts, whole ones first, with URLs of all that they consist of. */
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
    .slice(0, LOOKED_AT);
  const candidates: Candidate[] = [];
  for (const checkpoint of newest) {
    const list = lists.find((one) => one.attempt === checkpoint.attempt);
    const candidate = list && (await signCandidate(deps, checkpoint, list, signal));
    if (candidate) candidates.push(candidate);
  }
  const whole = candidates.filter(({ suspect }) => suspect === undefined);
  const suspect = candidates.filter((one) => one.suspect !== undefined);
  return [...whole, ...suspect].slice(0, CANDIDATES);
}

async function signCandidate(
  { store }: Pick<ActivityDeps, 'store'>,
  checkpoint: StoredCheckpoint,
  { parts }: NodeCheckpoints,
  signal: AbortSignal,
): Promise<Candidate | undefined> {
  const { key, number, attempt } = checkpoint;
  const sign = (name: string): Promise<string> => store.presignGet(name, { expiresSeconds: URL_SECONDS });
  const partUrls: Record<string, string> = {};
  let step: number | null = null;
  let suspect: string | undefined;
  try {
    // One that cannot be read is offered all the same: the host reports it as damaged.
    const words = await manifestWords(store, checkpoint, signal);
    if (words) ({ step, suspect } = words);
    for (const sha256 of words?.parts ?? []) {
      const part = parts.get(sha256);
      if (part) partUrls[sha256] = await sign(part.key);
    }
  } catch (error) {
    // Pruned since the listing.
    if (error instanceof NoSuchObjectError) return undefined;
    throw error;
  }
  const doubt = suspect === undefined ? {} : { suspect };
  return { key, step, attempt, number, ...doubt, manifestUrl: await sign(key), partUrls };
}
