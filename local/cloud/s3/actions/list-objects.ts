import { percentEncode } from '../../sigv4';
import { invalidArgument } from '../errors';
import type { Answer, Exchange } from '../exchange';
import { listPage, type Page } from '../listing';
import type { StoredObject } from '../store';
import { resultXml, type XmlElements } from '../xml';
import { OWNER } from './buckets';
import { readToken, writeToken } from './list-token';

/** Longest page of a listing; more is clipped and echoed as this. */
const MAX_PAGE = 1000;

type Encode = (text: string) => string;

/** `encoding-type=url`, for keys that XML cannot carry. */
export function encoderOf(exchange: Exchange): Encode {
  const type = exchange.parameter('encoding-type');
  if (type === undefined) return (text) => text;
  if (type !== 'url') throw invalidArgument('encoding-type', type, 'Invalid Encoding Method specified in Request');
  return (text) => percentEncode(text, true).replace(/%20/g, '+');
}

/** A count parameter, clipped to what S3 gives at most. */
export function countOf(exchange: Exchange, name: string): number {
  const text = exchange.parameter(name);
  if (text === undefined || text === '') return MAX_PAGE;
  if (!/^-?\d+$/.test(text))
    throw invalidArgument(name, text, `Provided ${name} not an integer or within integer range`);
  if (Number(text) < 0 || Number(text) > 2_147_483_647) {
    throw invalidArgument(name, text, `Argument ${name} must be an integer between 0 and 2147483647`);
  }
  return Math.min(Number(text), MAX_PAGE);
}

const contents = (page: Page, encode: Encode, owner: boolean): XmlElements[] =>
  page.objects.map((object) => ({ ...entry(object, encode), Owner: owner ? OWNER : undefined }));

const entry = (object: StoredObject, encode: Encode): XmlElements => ({
  Key: encode(object.key),
  LastModified: new Date(object.lastModified).toISOString(),
  ETag: `"${object.etag}"`,
  ChecksumAlgorithm: object.checksum.algorithm,
  ChecksumType: object.checksum.type,
  Size: object.size,
  StorageClass: object.storageClass,
});

/** ListObjectsV2. With a token StartAfter neither counts nor is echoed. */
export async function listObjectsV2(exchange: Exchange): Promise<Answer> {
  const bucket = exchange.bucket();
  const encode = encoderOf(exchange);
  const [prefix, delimiter] = [exchange.parameter('prefix') ?? '', exchange.parameter('delimiter') ?? ''];
  const token = exchange.parameter('continuation-token');
  const startAfter = token === undefined ? exchange.parameter('start-after') : undefined;
  const max = countOf(exchange, 'max-keys');
  const after = token !== undefined ? readToken(token) : startAfter ? { key: startAfter, prefix: false } : undefined;
  const page = listPage(bucket, { prefix, delimiter, max, ...(after ? { after } : {}) });
  return {
    body: resultXml('ListBucketResult', {
      Name: bucket.name,
      Prefix: encode(prefix),
      StartAfter: startAfter === undefined ? undefined : encode(startAfter),
      ContinuationToken: token,
      NextContinuationToken: page.next ? writeToken(page.next) : undefined,
      KeyCount: page.objects.length + page.prefixes.length,
      MaxKeys: max,
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      EncodingType: exchange.parameter('encoding-type'),
      IsTruncated: page.next !== undefined,
      Contents: contents(page, encode, exchange.parameter('fetch-owner') === 'true'),
      CommonPrefixes: page.prefixes.map((common) => ({ Prefix: encode(common) })),
    }),
  };
}

/** ListObjects, the first version: markers instead of tokens. boto3's collections still use it. */
export async function listObjectsV1(exchange: Exchange): Promise<Answer> {
  const bucket = exchange.bucket();
  const encode = encoderOf(exchange);
  const [prefix, delimiter] = [exchange.parameter('prefix') ?? '', exchange.parameter('delimiter') ?? ''];
  const marker = exchange.parameter('marker') ?? '';
  const max = countOf(exchange, 'max-keys');
  const page = listPage(bucket, {
    prefix,
    delimiter,
    max,
    ...(marker ? { after: { key: marker, prefix: false } } : {}),
  });
  return {
    body: resultXml('ListBucketResult', {
      Name: bucket.name,
      Prefix: encode(prefix),
      Marker: encode(marker),
      // Only with a delimiter; without one the last key is the next marker.
      NextMarker: page.next && delimiter !== '' ? encode(page.next.key) : undefined,
      MaxKeys: max,
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      EncodingType: exchange.parameter('encoding-type'),
      IsTruncated: page.next !== undefined,
      Contents: contents(page, encode, true),
      CommonPrefixes: page.prefixes.map((common) => ({ Prefix: encode(common) })),
    }),
  };
}
