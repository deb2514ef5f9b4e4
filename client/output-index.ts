import { nodePrefix, OUTPUT_INDEX_BYTES, readOutputIndex } from '../contract';
import type { ObjectReader } from './objects';
import { type OnPlaceFault, placeFault } from './output-places';
import type { RunView } from './view/run-view';

export type { IndexedOutput } from '../contract';

/** `outputs.json` of an attempt; undefined when it left none, or one that nobody can read, of which `onFault` is told. */
export async function outputIndex(
  objects: ObjectReader,
  view: Pick<RunView, 'prefix' | 'runKey' | 'bucket'>,
  attempt: number,
  onFault: OnPlaceFault,
): Promise<ReturnType<typeof readOutputIndex>> {
  const key = `${nodePrefix(view.prefix, view.runKey, attempt, 0)}outputs.json`;
  const place = `s3://${view.bucket}/${key}`;
  const damaged = (why: string): undefined => void onFault(place, why, 'damaged');
  let body: Uint8Array | undefined;
  try {
    body = await objects.get(key, { from: 0, end: OUTPUT_INDEX_BYTES + 1 });
  } catch (error) {
    const refused = placeFault(error);
    if (refused !== undefined) return void onFault(place, refused, 'refused');
    throw error;
  }
  if (body === undefined) return undefined;
  if (body.length > OUTPUT_INDEX_BYTES) return damaged('it is larger than any that an agent writes');
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return damaged('it is not JSON');
  }
  return readOutputIndex(value) ?? damaged('it lists no files');
}
