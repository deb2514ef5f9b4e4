import { LIVE_BYTES, type Live, nodePrefix, readLive } from '../../contract';
import { getJson, type ObjectReader } from '../objects';

/** `live.json` of a node, as far as it can be read; undefined before its training starts. */
export async function getLive(
  objects: ObjectReader,
  prefix: string,
  runKey: string,
  attempt: number,
  node = 0,
): Promise<Live | undefined> {
  return readLive(await getJson(objects, `${nodePrefix(prefix, runKey, attempt, node)}live.json`, LIVE_BYTES));
}
