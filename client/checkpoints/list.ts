import {
  type CheckpointRef,
  checkpointMarks,
  MANIFEST_BYTES,
  type ManifestReading,
  missingParts,
  nodePrefix,
  readManifestFacts,
} from '../../contract';
import type { ObjectReader } from '../objects';

/** Where a run's checkpoints lie. */
export interface CheckpointPlace {
  prefix: string;
  runKey: string;
  /** The newest attempt. */
  attempts: number;
}

/** A checkpoint as it lies in S3. */
export interface ListedCheckpoint extends CheckpointRef {
  /**
   * `whole`: taken whole, and S3 has all of it. `suspect`: S3 has all of it, and it may have been taken in mid-write. `damaged`: it
   * can be restored by nobody. `unknown`: a newer release made it.
   */
  state: 'whole' | 'suspect' | 'damaged' | 'unknown';
  /** Why it is not whole. */
  why?: string;
  files?: number;
  /** What of the directory it does not hold as it was, a sentence for each reason; absent: nothing is known to be so. */
  leftOut?: string[];
}

/**
 * The checkpoints of a run, newest first: by attempt, then by number, never by step. Each manifest is read, and looked for in S3 is
 * all that it names; what is in the parts is verified by whoever downloads them.
 */
export async function listCheckpoints(objects: ObjectReader, place: CheckpointPlace): Promise<ListedCheckpoint[]> {
  const found: ListedCheckpoint[] = [];
  for (let attempt = place.attempts; attempt >= 1; attempt--) {
    const folder = `${nodePrefix(place.prefix, place.runKey, attempt, 0)}checkpoints/`;
    const manifests: { key: string; bytes: number }[] = [];
    const parts = new Map<string, { bytes: number }>();
    for await (const { key, bytes } of objects.list(folder)) {
      const name = key.slice(folder.length);
      if (/^\d{12,15}\/manifest\.json$/.test(name)) manifests.push({ key, bytes });
      else if (/^parts\/[0-9a-f]{64}$/.test(name)) parts.set(name.slice(-64), { bytes });
    }
    for (const manifest of manifests.reverse()) {
      const reading = await read(objects, manifest);
      if (reading) found.push(listed(manifest.key, attempt, reading, parts));
    }
  }
  return found;
}

/** Undefined: it was removed since it was listed. */
async function read(
  objects: ObjectReader,
  { key, bytes }: { key: string; bytes: number },
): Promise<ManifestReading | undefined> {
  if (bytes > MANIFEST_BYTES) return { kind: 'damaged', why: 'its manifest is larger than any that an agent writes' };
  const body = await objects.get(key);
  return body && readManifestFacts(Buffer.from(body).toString('utf8'));
}

function listed(
  key: string,
  attempt: number,
  reading: ManifestReading,
  parts: ReadonlyMap<string, { bytes: number }>,
): ListedCheckpoint {
  if (reading.kind !== 'read') return { step: null, attempt, key, state: reading.kind, why: reading.why };
  const { facts } = reading;
  const { step, number, at, suspect, bytes, files, leftOut } = facts;
  const missing = missingParts(facts, parts);
  const ref = {
    step,
    attempt,
    key,
    bytes,
    files,
    ...checkpointMarks({ number, at, suspect }),
    ...(leftOut ? { leftOut } : {}),
  };
  if (missing.length > 0) {
    const more = missing.length > 1 ? `, and ${missing.length - 1} more` : '';
    return { ...ref, state: 'damaged', why: `part ${missing[0]?.slice(0, 12)} is missing${more}` };
  }
  return suspect === undefined ? { ...ref, state: 'whole' } : { ...ref, state: 'suspect', why: suspect };
}
