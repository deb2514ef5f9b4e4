import { NoSuchObjectError, type ObjectStore } from '../../adapters/aws';
import { type Lineage, MANIFEST_BYTES, type ManifestFacts, missingParts, readManifestFacts } from '../../contract';
import type { NodeCheckpoints, StoredCheckpoint } from './stored';

/** A checkpoint in S3 and what it is worth. */
export interface JudgedCheckpoint extends StoredCheckpoint {
  /**
   * `good`: it verifies, and was taken whole. `suspect`: it verifies, and may have been taken in mid-write. `failed`: a training
   * that was given it, or that it was taken of, got no further. `foreign`: another execution of the run left it, before a reset.
   * `damaged`: it can be restored by nobody. `unknown`: of a newer format. `gone`: removed since it was listed.
   */
  kind: 'good' | 'suspect' | 'failed' | 'foreign' | 'damaged' | 'unknown' | 'gone';
  /** Why it is not good. */
  why?: string;
  facts?: ManifestFacts;
  /** Parts that its manifest names, and S3 does not have. */
  missing: string[];
}

/** Bytes of manifests that are still read in one look at a run, whose hosts may have written any number of them. */
export interface Look {
  left: number;
}

/** The largest that is read at all, and others: ten times what the manifests of a run take that keeps many large checkpoints. */
export const newLook = (): Look => ({ left: 160 * 1024 * 1024 });

/** Reads a checkpoint's manifest and looks for all that it names in what S3 lists beside it. */
export async function judgeCheckpoint(
  store: Pick<ObjectStore, 'getRange'>,
  checkpoint: StoredCheckpoint,
  { parts }: Pick<NodeCheckpoints, 'parts'>,
  look: Look,
  lineage?: Lineage,
  signal?: AbortSignal,
): Promise<JudgedCheckpoint> {
  const judged = (kind: JudgedCheckpoint['kind'], why?: string, facts?: ManifestFacts, missing: string[] = []) => ({
    ...checkpoint,
    kind,
    missing,
    ...(why === undefined ? {} : { why }),
    ...(facts ? { facts } : {}),
  });
  if (checkpoint.bytes > MANIFEST_BYTES)
    return judged('damaged', 'its manifest is larger than any that an agent writes');
  look.left -= checkpoint.bytes;
  if (look.left < 0)
    return judged('unknown', 'it was not read: newer ones of its run have more bytes than agents write');
  const options = signal ? { signal } : {};
  const body = await store.getRange(checkpoint.key, 0, checkpoint.bytes, options).catch((error: unknown) => {
    if (error instanceof NoSuchObjectError) return undefined;
    throw error;
  });
  if (!body) return judged('gone', 'it was removed meanwhile');
  const reading = readManifestFacts(body.toString('utf8'));
  if (reading.kind !== 'read') return judged(reading.kind, reading.why);
  const { facts } = reading;
  if (isForeign(checkpoint, facts, lineage))
    return judged('foreign', `${facts.instance} wrote it, before a reset`, facts);
  const missing = missingParts(facts, parts);
  if (missing.length > 0) {
    const first = String(missing[0]).slice(0, 12);
    return judged('damaged', `part ${first} is missing${others(missing.length - 1)}`, facts, missing);
  }
  if (lineage?.failed.includes(checkpoint.key)) return judged('failed', 'an attempt failed to resume from it', facts);
  if (lineage?.fruitless.includes(checkpoint.attempt)) {
    return judged('failed', `attempt ${checkpoint.attempt} got no further than where it began`, facts);
  }
  return facts.suspect === undefined ? judged('good', undefined, facts) : judged('suspect', facts.suspect, facts);
}

/** Whether it says that an instance wrote it which this execution has not launched for that attempt. */
function isForeign({ attempt }: StoredCheckpoint, { instance }: ManifestFacts, lineage: Lineage | undefined): boolean {
  if (instance === undefined || !lineage?.launched) return false;
  const [first = 0] = lineage.launched[0] ?? [];
  if (attempt < first) return false;
  return !lineage.launched.some(([number, launched]) => number === attempt && launched === instance);
}

const others = (count: number): string => (count > 0 ? `, and ${count} more` : '');
