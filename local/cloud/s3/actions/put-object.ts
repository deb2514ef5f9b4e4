import { randomUUID } from 'node:crypto';
import { attributesOf, ENCRYPTION } from '../attributes';
import { checksumHeader } from '../body/checksums';
import { checkWrite, writeCondition } from '../conditions';
import type { Answer, Exchange, Ingested } from '../exchange';
import type { ObjectAttributes, StoredChecksum, StoredObject } from '../store';

/** PutObject: nothing is visible until the whole body is on disk and has passed every check. */
export async function putObject(exchange: Exchange): Promise<Answer> {
  const bucket = exchange.bucket();
  const { key } = exchange;
  const attributes = attributesOf(exchange.request.headers);
  const condition = writeCondition(exchange.request.headers);
  const plan = exchange.plan();
  checkWrite(condition, bucket.get(key), key);
  return exchange.ingest(plan, exchange.source(), {}, async (ingested) => {
    const object = wholeObject(exchange, key, attributes, ingested);
    await bucket.commit(key, (current) => {
      checkWrite(condition, current, key);
      return object;
    });
    return { headers: writtenHeaders(object) };
  });
}

/** The object that one body makes. */
export function wholeObject(
  exchange: Exchange,
  key: string,
  attributes: ObjectAttributes,
  { received, segment }: Ingested,
): StoredObject {
  return {
    ...attributes,
    key,
    version: randomUUID(),
    etag: received.md5.toString('hex'),
    size: received.size,
    lastModified: exchange.seconds(),
    checksum: {
      algorithm: received.algorithm,
      type: 'FULL_OBJECT',
      value: received.checksum.toString('base64'),
    },
    segments: [segment],
  };
}

/** Headers that answer a write. */
export const writtenHeaders = (object: StoredObject): Record<string, string> => ({
  etag: `"${object.etag}"`,
  ...ENCRYPTION,
  ...checksumHeaders(object.checksum),
});

export const checksumHeaders = (checksum: StoredChecksum): Record<string, string> => ({
  [checksumHeader(checksum.algorithm)]: checksum.value,
  'x-amz-checksum-type': checksum.type,
});
