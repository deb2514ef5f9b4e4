import { type CheckpointRef, nodePrefix } from '../../contract';
import { getJson, type ObjectReader } from '../objects';

/** Where a run's checkpoints lie. */
export interface CheckpointPlace {
  prefix: string;
  runKey: string;
  /** The newest attempt. */
  attempts: number;
}

/** The checkpoints of a run, newest first: by attempt, then by number. What a manifest cannot say stays unknown. */
export async function listCheckpoints(objects: ObjectReader, place: CheckpointPlace): Promise<CheckpointRef[]> {
  const found: CheckpointRef[] = [];
  for (let attempt = 1; attempt <= place.attempts; attempt++) {
    const folder = `${nodePrefix(place.prefix, place.runKey, attempt, 0)}checkpoints/`;
    for await (const { key } of objects.list(folder)) {
      const name = key.slice(folder.length);
      // Numbers are digits and sort before the parts, of which there may be thousands.
      if (name > 'a') break;
      const match = /^(\d{12})\/manifest\.json$/.exec(name);
      if (match) found.push({ ...(await readWords(objects, key)), attempt, key });
    }
  }
  return found.sort((a, b) => b.attempt - a.attempt || (a.key < b.key ? 1 : -1));
}

/** What a manifest says of its checkpoint. */
async function readWords(objects: ObjectReader, key: string): Promise<Omit<CheckpointRef, 'attempt' | 'key'>> {
  const manifest = (await getJson(objects, key).catch(() => undefined)) as Record<string, unknown> | undefined;
  const { step, number, createdAt, suspect } = manifest ?? {};
  return {
    step: typeof step === 'number' ? step : null,
    ...(typeof number === 'number' ? { number } : {}),
    ...(typeof createdAt === 'string' ? { at: createdAt } : {}),
    ...(typeof suspect === 'string' ? { suspect } : {}),
  };
}
