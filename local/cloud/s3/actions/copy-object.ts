import { randomUUID } from 'node:crypto';
import { attributesOf, ENCRYPTION } from '../attributes';
import { type Algorithm, algorithmOf, checksumElement } from '../body/checksums';
import { MAX_BODY } from '../body/plan';
import { checkWrite, writeCondition } from '../conditions';
import { invalidArgument, invalidRequest } from '../errors';
import type { Answer, Exchange } from '../exchange';
import type { ObjectAttributes, StoredObject } from '../store';
import { resultXml } from '../xml';
import { copySource } from './copy-source';
import { wholeObject } from './put-object';

/** CopyObject: by a second name of the same bytes where nothing about them changes, else by reading them once. */
export async function copyObject(exchange: Exchange): Promise<Answer> {
  const bucket = exchange.bucket();
  const { key } = exchange;
  const { headers } = exchange.request;
  const condition = writeCondition(headers);
  const source = copySource(exchange);
  const replace = directive(headers['x-amz-metadata-directive']) === 'REPLACE';
  const asked = attributesOf(headers);
  const itself = source === bucket.get(key);
  if (itself && !replace && headers['x-amz-storage-class'] === undefined && !headers['x-amz-server-side-encryption']) {
    throw invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  if (source.size > MAX_BODY) {
    throw invalidRequest(
      `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_BODY}`,
    );
  }
  const attributes: ObjectAttributes = replace
    ? asked
    : { headers: source.headers, metadata: source.metadata, storageClass: asked.storageClass };
  const algorithm = algorithmAsked(headers['x-amz-checksum-algorithm']) ?? source.checksum.algorithm;
  checkWrite(condition, bucket.get(key), key);

  const commit = async (object: StoredObject): Promise<Answer> => {
    await bucket.commit(key, (current) => {
      checkWrite(condition, current, key);
      return object;
    });
    return copied(object);
  };
  const { files } = exchange.service.store;
  const unpin = files.pin(source.segments);
  try {
    const [segment, ...more] = source.segments;
    const same = algorithm === source.checksum.algorithm && source.uploadId === undefined;
    if (same && segment && more.length === 0) {
      const segments = [await files.duplicate(segment)];
      const object = {
        ...source,
        ...attributes,
        key,
        segments,
        version: randomUUID(),
        lastModified: exchange.seconds(),
      };
      return await commit(object).catch(async (error: unknown) => {
        await files.remove(segments);
        throw error;
      });
    }
    const bytes = files.read(source.segments, 0, source.size - 1);
    return await exchange.ingest({ length: source.size }, bytes, { fallback: algorithm }, (ingested) =>
      commit(wholeObject(exchange, key, attributes, ingested)),
    );
  } finally {
    await unpin();
  }
}

function directive(text = 'COPY'): 'COPY' | 'REPLACE' {
  if (text === 'COPY' || text === 'REPLACE') return text;
  throw invalidArgument('x-amz-metadata-directive', text, 'Unknown metadata directive.');
}

function algorithmAsked(text: string | undefined): Algorithm | undefined {
  if (text === undefined) return undefined;
  const algorithm = algorithmOf(text);
  if (!algorithm)
    throw invalidRequest(
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    );
  return algorithm;
}

function copied(object: StoredObject): Answer {
  return {
    headers: { ...ENCRYPTION },
    body: resultXml('CopyObjectResult', {
      LastModified: new Date(object.lastModified).toISOString(),
      ETag: `"${object.etag}"`,
      ChecksumType: object.checksum.type,
      [checksumElement(object.checksum.algorithm)]: object.checksum.value,
    }),
  };
}
