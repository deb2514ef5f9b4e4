import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { AuthOk } from '../sigv4';
import { parseQuery, percentDecode, splitUrl } from '../sigv4';
import { checkKey, decodeKey } from './keys';

/** One request to S3, taken apart but not yet trusted. */
export interface S3Request {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  /** Absent: the service itself. */
  readonly bucket: string | undefined;
  /** Absent: the bucket itself. */
  readonly key: string | undefined;
  readonly query: ReadonlyMap<string, string>;
  /** Lower-case names; duplicates joined by `,` as S3 does. `x-amz-*` of a presigned query are in here too. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names of `headers` that came by the query: checksums there are signed but not checked. */
  readonly fromQuery: ReadonlySet<string>;
  readonly stream: IncomingMessage;
  /** Absent: anonymous. */
  auth?: AuthOk;
}

/** Headers as sent, for the signature. Node joins duplicates by `, `, the signature by `,`. */
export function wireHeaders(stream: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (let i = 0; i < stream.rawHeaders.length; i += 2) {
    const name = (stream.rawHeaders[i] ?? '').toLowerCase();
    const value = stream.rawHeaders[i + 1] ?? '';
    headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  return headers;
}

/** Takes a request apart: path style, or `bucket.localhost` and `bucket.s3.…` hosts. */
export function parseRequest(stream: IncomingMessage): S3Request {
  const url = stream.url ?? '/';
  const { path, query } = splitUrl(url);
  const virtual = virtualBucket(stream.headers);
  const resource = virtual === undefined ? path.replace(/^\//, '') : `${virtual}${path}`;
  const slash = resource.indexOf('/');
  const bucket = slash < 0 ? resource : resource.slice(0, slash);
  const key = slash < 0 ? '' : decodeKey(percentDecode(resource.slice(slash + 1)));
  checkKey(key);

  const headers = wireHeaders(stream);
  const parameters = new Map(parseQuery(query));
  const fromQuery = new Set<string>();
  for (const [name, value] of parameters) {
    const lower = name.toLowerCase();
    if (!lower.startsWith('x-amz-') || headers[lower] !== undefined || SIGNING.has(lower)) continue;
    headers[lower] = value;
    fromQuery.add(lower);
  }
  return {
    id: randomBytes(8).toString('hex').toUpperCase(),
    method: stream.method ?? 'GET',
    url,
    bucket: bucket === '' ? undefined : percentDecode(bucket).toString('utf8'),
    key: key === '' ? undefined : key,
    query: parameters,
    headers,
    fromQuery,
    stream,
  };
}

const SIGNING = new Set(
  ['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature', 'Security-Token'].map(
    (name) => `x-amz-${name.toLowerCase()}`,
  ),
);

function virtualBucket(headers: IncomingHttpHeaders): string | undefined {
  return /^(.+?)\.(?:localhost|s3[.-].*amazonaws\.com)(?::\d+)?$/.exec(headers.host ?? '')?.[1];
}
