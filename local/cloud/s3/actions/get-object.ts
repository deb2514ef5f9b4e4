import { httpDate, objectHeaders } from '../attributes';
import { readConditions } from '../conditions';
import { invalidArgument, invalidRequest, S3Error } from '../errors';
import type { Answer, Exchange } from '../exchange';
import { contentRange, parseRange, type Range } from '../ranges';
import type { StoredObject } from '../store';
import { checksumHeaders } from './put-object';

const OVERRIDES = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
] as const;

/** GetObject and HeadObject: the server leaves the body out for HEAD. */
export async function getObject(exchange: Exchange): Promise<Answer> {
  const object = exchange.bucket().need(exchange.key);
  const overrides = responseOverrides(exchange);
  if (readConditions(exchange.request.headers, object, exchange.service.now().getTime()) === 'unchanged') {
    return {
      status: 304,
      headers: { etag: `"${object.etag}"`, 'last-modified': httpDate(object.lastModified) },
    };
  }
  const { range, headers: partHeaders } = wanted(exchange, object);
  const whole = !range || (range.start === 0 && range.end === object.size - 1);
  const { start, end } = range ?? { start: 0, end: object.size - 1 };
  const showChecksum = exchange.header('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED' && whole;
  return {
    status: range ? 206 : 200,
    headers: {
      ...objectHeaders(object),
      ...overrides,
      ...partHeaders,
      ...(showChecksum ? checksumHeaders(object.checksum) : {}),
      ...(range ? { 'content-range': contentRange(range, object.size) } : {}),
      'content-length': String(end - start + 1),
    },
    // In the turn of the look-up: no other request can remove the files in between.
    bytes: { segments: object.segments, start, end, release: exchange.service.store.files.pin(object.segments) },
  };
}

/** The bytes asked for, by Range or by part number. */
function wanted(
  exchange: Exchange,
  object: StoredObject,
): { range: Range | undefined; headers: Record<string, string> } {
  const header = exchange.header('range');
  const partNumber = exchange.parameter('partNumber');
  if (partNumber === undefined) return { range: parseRange(header, object.size), headers: {} };
  if (header !== undefined) throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
  const number = Number(partNumber);
  if (!/^\d+$/.test(partNumber) || number < 1 || number > 10_000) {
    throw invalidArgument('partNumber', partNumber, 'Part number must be an integer between 1 and 10000, inclusive');
  }
  // Only an object of a multipart upload has parts; any other is its own part 1.
  const parts = object.uploadId === undefined ? [{ size: object.size }] : object.segments;
  const part = parts[number - 1];
  if (!part) {
    throw new S3Error('InvalidPartNumber', { PartNumberRequested: number, ActualPartCount: parts.length });
  }
  const start = parts.slice(0, number - 1).reduce((sum, { size }) => sum + size, 0);
  const headers = object.uploadId === undefined ? {} : { 'x-amz-mp-parts-count': String(parts.length) };
  return { range: object.size === 0 ? undefined : { start, end: start + part.size - 1 }, headers };
}

/** `response-content-type` and its like. Anonymous requests never come this far. */
function responseOverrides(exchange: Exchange): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of OVERRIDES) {
    const parameter = `response-${name}`;
    const value = exchange.parameter(parameter);
    if (value === undefined) continue;
    if (/[^\u0020-\u007e\u00a0-\u00ff]/.test(value)) {
      throw invalidArgument(parameter, value, 'Header value cannot be represented using ISO-8859-1.');
    }
    headers[name] = value;
  }
  return headers;
}
