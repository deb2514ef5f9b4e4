import { checksumElement } from '../body/checksums';
import { invalidArgument } from '../errors';
import type { Answer, Exchange } from '../exchange';
import { compareKeys } from '../keys';
import type { OpenUpload } from '../store';
import { resultXml } from '../xml';
import { OWNER } from './buckets';
import { countOf, encoderOf } from './list-objects';

/** AbortMultipartUpload. A part that is still coming in finds no upload when it is done. */
export async function abortMultipartUpload(exchange: Exchange): Promise<Answer> {
  const { uploads } = exchange.bucket();
  const id = exchange.parameter('uploadId') ?? '';
  await uploads.locks.run(id, async () => {
    uploads.need(id, exchange.key);
    await uploads.close(id, []);
  });
  return { status: 204 };
}

/** ListParts. */
export async function listParts(exchange: Exchange): Promise<Answer> {
  const bucket = exchange.bucket();
  const { info, parts } = bucket.uploads.need(exchange.parameter('uploadId') ?? '', exchange.key);
  const encode = encoderOf(exchange);
  const max = countOf(exchange, 'max-parts');
  const text = exchange.parameter('part-number-marker') ?? '0';
  if (!/^\d+$/.test(text)) {
    throw invalidArgument(
      'part-number-marker',
      text,
      'Provided part-number-marker not an integer or within integer range',
    );
  }
  const rest = [...parts.values()].sort((a, b) => a.number - b.number).filter(({ number }) => number > Number(text));
  const page = rest.slice(0, max);
  return {
    body: resultXml('ListPartsResult', {
      Bucket: bucket.name,
      Key: encode(info.key),
      UploadId: info.id,
      PartNumberMarker: Number(text),
      NextPartNumberMarker: page.at(-1)?.number ?? 0,
      MaxParts: max,
      IsTruncated: page.length < rest.length,
      Initiator: OWNER,
      Owner: OWNER,
      StorageClass: info.storageClass,
      ChecksumAlgorithm: info.declared,
      ChecksumType: info.declared ? info.type : undefined,
      Part: page.map((part) => ({
        PartNumber: part.number,
        LastModified: new Date(part.lastModified).toISOString(),
        ETag: `"${part.etag}"`,
        Size: part.segment.size,
        [checksumElement(info.algorithm)]: info.declared ? part.checksum : undefined,
      })),
    }),
  };
}

const order = (a: OpenUpload, b: OpenUpload): number =>
  compareKeys(a.info.key, b.info.key) ||
  a.info.initiated - b.info.initiated ||
  (a.info.id < b.info.id ? -1 : a.info.id > b.info.id ? 1 : 0);

/** ListMultipartUploads: by key, then by start. */
export async function listMultipartUploads(exchange: Exchange): Promise<Answer> {
  const bucket = exchange.bucket();
  const encode = encoderOf(exchange);
  const [prefix, delimiter] = [exchange.parameter('prefix') ?? '', exchange.parameter('delimiter') ?? ''];
  const keyMarker = exchange.parameter('key-marker') ?? '';
  const idMarker = exchange.parameter('upload-id-marker') ?? '';
  const max = countOf(exchange, 'max-uploads');
  const uploads = bucket.uploads
    .list()
    .filter(({ info }) => info.key.startsWith(prefix))
    .sort(order);
  const from = uploads.findIndex(({ info }) => info.key === keyMarker && info.id === idMarker) + 1;
  const rest = uploads.slice(from).filter(({ info }) => from > 0 || compareKeys(info.key, keyMarker) > 0);

  const shown: OpenUpload[] = [];
  const common: string[] = [];
  let truncated = false;
  for (const upload of rest) {
    const cut = delimiter === '' ? -1 : upload.info.key.indexOf(delimiter, prefix.length);
    const rolled = cut < 0 ? undefined : upload.info.key.slice(0, cut + delimiter.length);
    if (rolled !== undefined && (rolled === common.at(-1) || rolled === keyMarker)) continue;
    truncated = shown.length + common.length >= max;
    if (truncated) break;
    if (rolled === undefined) shown.push(upload);
    else common.push(rolled);
  }
  const last = shown.at(-1)?.info;
  const lastCommon = common.at(-1);
  const endsInCommon = lastCommon !== undefined && (!last || compareKeys(lastCommon, last.key) > 0);
  return {
    body: resultXml('ListMultipartUploadsResult', {
      Bucket: bucket.name,
      KeyMarker: encode(keyMarker),
      UploadIdMarker: idMarker,
      NextKeyMarker: truncated ? encode(endsInCommon ? lastCommon : (last?.key ?? '')) : undefined,
      NextUploadIdMarker: truncated && !endsInCommon ? last?.id : undefined,
      Prefix: encode(prefix),
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      EncodingType: exchange.parameter('encoding-type'),
      MaxUploads: max,
      IsTruncated: truncated,
      Upload: shown.map(({ info }) => ({
        Key: encode(info.key),
        UploadId: info.id,
        Initiator: OWNER,
        Owner: OWNER,
        StorageClass: info.storageClass,
        Initiated: new Date(info.initiated).toISOString(),
        ChecksumAlgorithm: info.declared,
        ChecksumType: info.declared ? info.type : undefined,
      })),
      CommonPrefixes: common.map((text) => ({ Prefix: encode(text) })),
    }),
  };
}
