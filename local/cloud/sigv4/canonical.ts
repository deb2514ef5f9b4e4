import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { parseQuery, percentDecode, percentEncode, splitUrl } from './encoding';

export type Service = 'ec2' | 's3' | 'fis';

/** What SigV4 signs of a request. */
export interface SignedParts {
  method: string;
  /** Request target as on the wire: path and query. */
  url: string;
  headers: IncomingHttpHeaders;
  /** Lower-case names in the order of the signature. */
  signedHeaders: readonly string[];
  /** Hex SHA-256 of the body, or one of S3's words such as `UNSIGNED-PAYLOAD`. */
  payloadHash: string;
  service: Service;
}

/**
 * The canonical request of Signature Version 4. S3 encodes the path once and normalises nothing; other services encode the
 * already encoded path again. Header bytes are kept as they came (latin1), so that non-ASCII values verify too.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function canonicalRequest(parts: SignedParts): string {
  const { path, query } = splitUrl(parts.url);
  const fromQuery = new Map(parseQuery(query).map(([name, value]) => [name.toLowerCase(), value]));
  const headerLines = parts.signedHeaders.map((name) => {
    const header = parts.headers[name];
    // S3 lets an `x-amz-*` header travel in the query instead.
    const value = header === undefined ? (fromQuery.get(name) ?? '') : [header].flat().join(',');
    return `${name}:${value.trim().replace(/ +/g, ' ')}\n`;
  });
  return [
    parts.method,
    parts.service === 's3' ? percentEncode(percentDecode(path), true) : percentEncode(path, true),
    canonicalQuery(query),
    headerLines.join(''),
    parts.signedHeaders.join(';'),
    parts.payloadHash,
  ].join('\n');
}

/** Sorted by encoded name, then value; the signature itself is left out. */
function canonicalQuery(query: string): string {
  return parseQuery(query)
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** What is signed in the end: algorithm, time, scope and the hash of the canonical request. */
export function stringToSign(amzDate: string, scope: string, canonical: string): string {
  const hash = createHash('sha256').update(canonical, 'latin1').digest('hex');
  return `AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n${hash}`;
}
