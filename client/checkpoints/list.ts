import { type CheckpointRef, nodePrefix } from '../../contract';
import type { ObjectReader } from '../objects';

/** Where a run's checkpoints lie. */
export interface CheckpointPlace {
  prefix: string;
  runKey: string;
  /** The newest attempt. */
  attempts: number;
}

/** The whole checkpoints of a run, newest first: by step, then by attempt. */
export async function listCheckpoints(objects: ObjectReader, place: CheckpointPlace): Promise<CheckpointRef[]> {
  const found: CheckpointRef[] = [];
  for (let attempt = 1; attempt <= place.attempts; attempt++) {
    const folder = `${nodePrefix(place.prefix, place.runKey, attempt, 0)}checkpoints/`;
    for await (const { key } of objects.list(folder)) {
      const name = key.slice(folder.length);
      // Steps are digits and sort before the parts, of which there may be thousands.
      if (name > 'a') break;
      const match = /^(\d{12})\/manifest\.json$/.exec(name);
      if (match) found.push({ step: Number(match[1]), attempt, key });
    }
  }
  return found.sort((a, b) => b.step - a.step || b.attempt - a.attempt);
}
