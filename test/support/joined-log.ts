import type { ObjectStore } from '../../adapters/aws';
import { parseSegment } from '../../contract';

/**
 * A log below `prefix`, joined by the rule of docs/agent-protocol.md: a segment that is sent again may hold what an earlier one
 * does. Throws where bytes are missing in between.
 */
export async function joinedLog(store: Pick<ObjectStore, 'list' | 'get'>, prefix: string): Promise<string> {
  let log = Buffer.alloc(0);
  for await (const { key } of store.list(prefix)) {
    const range = parseSegment(key.slice(prefix.length));
    if (!range || range.from > log.length) throw new Error(`${key} does not follow byte ${log.length}`);
    if (range.end > log.length) log = Buffer.concat([log, (await store.get(key)).subarray(log.length - range.from)]);
  }
  return log.toString();
}
