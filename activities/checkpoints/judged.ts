import { NoSuchObjectError, type ObjectStore } from '../../adapters/aws';
import { type Lineage, MANIFEST_BYTES, type ManifestFacts, missingParts, readManifestFacts } from '../../contract';
import type { NodeCheckpoints, StoredCheckpoint } from './stored';

/** A checkpoint in S3 and what it is worth. */
export interface JudgedCheckpoint extends StoredCheckpoint {
  /**
   * `good`: it verifies, and was taken whole. `suspect`: it verifies, and may have been taken in mid-write. `failed`: a training
   * that was given it, or that it was taken of, got no further. `damaged`: it can be restored by nobody. `unknown`: of a newer
   * format. `gone`: removed since it was listed.
   */
  kind: 'good' | 'suspect' | 'failed' | 'damaged' | 'unknown' | 'gone';
  /** Why it is not good. */
  why?: string;
  facts?: ManifestFacts;
  /** Parts that its manifest names, and S3 does not have. */
  missing: string[];
}

/** Reads a checkpoint's manifest and looks for all that it names in what S3 lists beside it. */
export async function judgeCheckpoint(
  store: Pick<ObjectStore, 'get'>,
  checkpoint: StoredCheckpoint,
  { parts }: Pick<NodeCheckpoints, 'parts'>,
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
  const body = await store.get(checkpoint.key, signal ? { signal } : {}).catch((error: unknown) => {
    if (error instanceof NoSuchObjectError) return undefined;
    throw error;
  });
  if (!body) return judged('gone', 'it was removed meanwhile');
  const reading = readManifestFacts(body.toString('utf8'));
  if (reading.kind !== 'read') return judged(reading.kind, reading.why);
  const { facts } = reading;
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

const others = (count: number): string => (count > 0 ? `, and ${count} more` : '');
