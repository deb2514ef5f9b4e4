import { createHash, randomUUID } from 'node:crypto';
import { ENCRYPTION } from '../attributes';
import { checksumElement } from '../body/checksums';
import { checksumMismatch, headerChecksum } from '../body/plan';
import { checkWrite, writeCondition } from '../conditions';
import { invalidRequest, S3Error } from '../errors';
import type { Answer, Exchange } from '../exchange';
import type { OpenUpload, StoredObject, StoredPart } from '../store';
import { resultXml } from '../xml';
import { childText, parseXml } from '../xml-parse';
import { joinedChecksum, type NamedPart, pickParts } from './complete-parts';

/** 10,000 parts with every element there is. */
const MAX_LENGTH = 8 * 1024 * 1024;

/** CompleteMultipartUpload: the parts' files become the object's, nothing is copied. */
export async function completeMultipartUpload(exchange: Exchange): Promise<Answer> {
  const bucket = exchange.bucket();
  const id = exchange.parameter('uploadId') ?? '';
  const { key } = exchange;
  const condition = writeCondition(exchange.request.headers);
  const named = namedParts(await exchange.text({ checksums: false, maxLength: MAX_LENGTH }));
  return bucket.uploads.locks.run(id, async () => {
    const done = bucket.get(key);
    // Completing again with the same list: the answer of the first time, whose reply may have been lost.
    if (done?.uploadId === id && done.etag === etagOf(named)) {
      await bucket.uploads.close(id, done.segments);
      return completed(exchange, done);
    }
    const upload = bucket.uploads.need(id, key);
    const parts = pickParts(upload, named);
    const object = build(exchange, upload, parts);
    await bucket.commit(key, (current) => {
      if (condition.kind === 'absent' && !current && (upload.keyDeleted || upload.info.versionThen !== null)) {
        throw new S3Error('ConditionalRequestConflict', { Condition: 'If-None-Match', Key: key });
      }
      checkWrite(condition, current, key);
      if (condition.kind === 'etag' && current?.version !== upload.info.versionThen) {
        throw new S3Error('ConditionalRequestConflict', { Condition: 'If-Match', Key: key });
      }
      return object;
    });
    await bucket.uploads.close(id, object.segments);
    return completed(exchange, object);
  });
}

/** The list of the request, as sent. */
function namedParts(body: string): NamedPart[] {
  if (body.trim() === '') throw invalidRequest('You must specify at least one part');
  const document = parseXml(body);
  if (document.name !== 'CompleteMultipartUpload') throw new S3Error('MalformedXML');
  const parts = document.children
    .filter((child) => child.name === 'Part')
    .map((child) => {
      const number = childText(child, 'PartNumber')?.trim() ?? '';
      const etag = childText(child, 'ETag')?.trim();
      if (!/^\d+$/.test(number) || etag === undefined) throw new S3Error('MalformedXML');
      const checksums = new Map(
        child.children.filter(({ name }) => name.startsWith('Checksum')).map(({ name, text }) => [name, text.trim()]),
      );
      return { number: Number(number), etag: etag.replace(/^"|"$/g, ''), checksums };
    });
  if (parts.length === 0) throw invalidRequest('You must specify at least one part');
  return parts;
}

const etagOf = (parts: readonly { etag: string }[]): string => {
  const hash = createHash('md5');
  for (const { etag } of parts) hash.update(Buffer.from(etag, 'hex'));
  return `${hash.digest('hex')}-${parts.length}`;
};

function build(exchange: Exchange, upload: OpenUpload, parts: readonly StoredPart[]): StoredObject {
  const { headers, metadata, storageClass, algorithm, type, key, id } = upload.info;
  const size = parts.reduce((sum, part) => sum + part.segment.size, 0);
  const value = joinedChecksum(algorithm, type, parts);
  checkTotals(exchange, upload, size, value);
  return {
    headers,
    metadata,
    storageClass,
    key,
    version: randomUUID(),
    etag: etagOf(parts),
    size,
    lastModified: exchange.seconds(),
    checksum: { algorithm, type, value },
    segments: parts.map((part) => part.segment),
    uploadId: id,
  };
}

/** What the request says of the whole object must agree with it. */
function checkTotals(exchange: Exchange, upload: OpenUpload, size: number, value: string): void {
  const { algorithm, type } = upload.info;
  const askedType = exchange.header('x-amz-checksum-type')?.toUpperCase();
  if (askedType !== undefined && askedType !== type) {
    throw invalidRequest(
      `The upload was created using the ${type} checksum mode. The complete request must use the same checksum mode.`,
    );
  }
  const asked = headerChecksum(exchange.request);
  if (asked && asked.algorithm !== algorithm) throw checksumMismatch(asked.algorithm);
  // A composite value may come with or without its number of parts.
  const plain = value.replace(/-\d+$/, '');
  if (asked && asked.value !== value && asked.value !== plain) throw checksumMismatch(asked.algorithm);
  const askedSize = exchange.header('x-amz-mp-object-size');
  if (askedSize !== undefined && askedSize !== String(size)) {
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${askedSize} does not match what was computed: ${size}`,
    );
  }
}

function completed(exchange: Exchange, object: StoredObject): Answer {
  const { bucket = '' } = exchange.request;
  return {
    headers: { ...ENCRYPTION },
    body: resultXml('CompleteMultipartUploadResult', {
      Location: `http://${exchange.header('host') ?? ''}/${bucket}/${encodeURIComponent(object.key)}`,
      Bucket: bucket,
      Key: object.key,
      ETag: `"${object.etag}"`,
      [checksumElement(object.checksum.algorithm)]: object.checksum.value,
      ChecksumType: object.checksum.type,
    }),
  };
}
