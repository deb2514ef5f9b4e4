import { ENCRYPTION } from '../attributes';
import { checksumElement, checksumHeader } from '../body/checksums';
import { type BodyPlan, MAX_BODY } from '../body/plan';
import { invalidArgument, invalidRequest } from '../errors';
import type { Answer, Exchange, Ingested } from '../exchange';
import type { OpenUpload, StoredPart } from '../store';
import { resultXml } from '../xml';
import { copySource } from './copy-source';

/** Part numbers that S3 takes (user guide, "Amazon S3 multipart upload limits"). */
const MAX_PART_NUMBER = 10_000;

/** UploadPart. A part sent again replaces the one before. */
export async function uploadPart(exchange: Exchange): Promise<Answer> {
  const { number, upload } = target(exchange);
  const plan = exchange.plan();
  checkAlgorithm(upload, plan);
  const { algorithm, declared } = upload.info;
  return exchange.ingest(
    plan,
    exchange.source(),
    { fallback: algorithm, also: algorithm, md5As: 'base64' },
    async (ingested) => {
      const part = await addPart(exchange, upload, number, ingested);
      const { received } = ingested;
      const shown = plan.checksum || declared ? received.algorithm : undefined;
      return {
        headers: {
          etag: `"${part.etag}"`,
          ...ENCRYPTION,
          ...(shown ? { [checksumHeader(shown)]: received.checksum.toString('base64') } : {}),
        },
      };
    },
  );
}

/** UploadPartCopy: a part from bytes that S3 has already. */
export async function uploadPartCopy(exchange: Exchange): Promise<Answer> {
  const { number, upload } = target(exchange);
  const source = copySource(exchange);
  const { start, end } = copyRange(exchange.header('x-amz-copy-source-range'), source.size);
  const { algorithm } = upload.info;
  const { files } = exchange.service.store;
  const unpin = files.pin(source.segments);
  try {
    const plan = { length: end - start + 1 };
    const bytes = files.read(source.segments, start, end);
    return await exchange.ingest(plan, bytes, { fallback: algorithm, also: algorithm }, async (ingested) => {
      const part = await addPart(exchange, upload, number, ingested);
      return {
        headers: { ...ENCRYPTION },
        body: resultXml('CopyPartResult', {
          LastModified: new Date(part.lastModified).toISOString(),
          ETag: `"${part.etag}"`,
          [checksumElement(algorithm)]: upload.info.declared ? part.checksum : undefined,
        }),
      };
    });
  } finally {
    await unpin();
  }
}

function target(exchange: Exchange): { number: number; upload: OpenUpload } {
  const text = exchange.parameter('partNumber') ?? '';
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > MAX_PART_NUMBER) {
    throw invalidArgument(
      'partNumber',
      text,
      `Part number must be an integer between 1 and ${MAX_PART_NUMBER}, inclusive`,
    );
  }
  const upload = exchange.bucket().uploads.need(exchange.parameter('uploadId') ?? '', exchange.key);
  return { number, upload };
}

/** An upload that named an algorithm takes no part of another, nor one without. */
function checkAlgorithm(upload: OpenUpload, plan: BodyPlan): void {
  const { declared } = upload.info;
  const actual = plan.checksum?.algorithm;
  if (declared === undefined || actual === declared) return;
  // A full-object checksum needs no word from the client: S3 computes each part's.
  if (actual === undefined && upload.info.type === 'FULL_OBJECT') return;
  throw invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${declared.toLowerCase()}, actual checksum Type: ${actual?.toLowerCase() ?? 'null'}`,
  );
}

async function addPart(
  exchange: Exchange,
  upload: OpenUpload,
  number: number,
  { received, segment }: Ingested,
): Promise<StoredPart> {
  const part: StoredPart = {
    number,
    etag: received.md5.toString('hex'),
    lastModified: exchange.seconds(),
    segment,
    checksum: (received.also ?? received.checksum).toString('base64'),
  };
  await exchange.bucket().uploads.addPart(upload.info.id, upload.info.key, part);
  return part;
}

function copyRange(text: string | undefined, size: number): { start: number; end: number } {
  if (text === undefined) {
    if (size > MAX_BODY) {
      throw invalidRequest(
        `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_BODY}`,
      );
    }
    return { start: 0, end: size - 1 };
  }
  const match = /^bytes=(\d+)-(\d+)$/.exec(text);
  const [start, end] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || start > end) {
    throw invalidArgument(
      'x-amz-copy-source-range',
      text,
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
    );
  }
  if (end >= size) {
    throw invalidArgument(
      'x-amz-copy-source-range',
      text,
      `Range specified is not valid for source object of size: ${size}`,
    );
  }
  return { start, end };
}
