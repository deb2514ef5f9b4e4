import { type ChunkChain, chunkChain } from '../../sigv4';
import { invalidArgument, invalidRequest, notImplemented, S3Error } from '../errors';
import type { S3Request } from '../request';
import { type Algorithm, algorithmOf, algorithmOfHeader, isChecksumValue } from './checksums';

/** Largest body of one request; 5 GiB (S3 user guide, "Uploading objects"). */
export const MAX_BODY = 5 * 1024 ** 3;

/** What a request's headers say of its body, checked before the first byte of it is read. */
export interface BodyPlan {
  /** Bytes of the object, without any chunk framing. */
  length: number;
  /** Present: the body is aws-chunked. */
  chunks?: { chain?: ChunkChain; trailer?: Algorithm };
  sha256?: string;
  md5?: Buffer;
  /** Without a value it comes in the trailer. */
  checksum?: { algorithm: Algorithm; value?: string };
}

export interface PlanOptions {
  /** False: `x-amz-checksum-*` is about the object, not about this body (CompleteMultipartUpload). */
  checksums?: boolean;
  maxLength?: number;
}

export function planBody(request: S3Request, payload: string, options: PlanOptions = {}): BodyPlan {
  const { headers } = request;
  const streaming = payload.startsWith('STREAMING-');
  if (headers['transfer-encoding'] !== undefined && !streaming) {
    throw notImplemented('Transfer-Encoding');
  }
  const plan: BodyPlan = {
    length: lengthOf(headers[streaming ? 'x-amz-decoded-content-length' : 'content-length'], options.maxLength),
  };
  const checksum = options.checksums === false ? undefined : headerChecksum(request);
  const trailer = streaming ? trailerOf(headers['x-amz-trailer'], payload) : undefined;
  if (checksum && trailer) throw twoKinds();
  if (streaming) {
    plan.chunks = {};
    if (trailer) plan.chunks.trailer = trailer;
    if (payload.startsWith('STREAMING-AWS4-HMAC-SHA256-') && request.auth) plan.chunks.chain = chunkChain(request.auth);
  } else if (payload !== 'UNSIGNED-PAYLOAD') plan.sha256 = payload;
  if (trailer) plan.checksum = { algorithm: trailer };
  else if (checksum) plan.checksum = checksum;
  if (options.checksums !== false) checkSdkAlgorithm(request, plan.checksum?.algorithm);
  const md5 = headers['content-md5'];
  if (md5 !== undefined) plan.md5 = md5Of(md5);
  return plan;
}

function lengthOf(text: string | undefined, max = MAX_BODY): number {
  if (text === undefined || !/^\d+$/.test(text)) throw new S3Error('MissingContentLength');
  const length = Number(text);
  if (length > max) throw new S3Error('EntityTooLarge', { ProposedSize: length, MaxSizeAllowed: max });
  return length;
}

const twoKinds = (): S3Error =>
  invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');

/** Headers of the same prefix that are no checksum values. */
const NOT_VALUES = new Set(['x-amz-checksum-mode', 'x-amz-checksum-algorithm', 'x-amz-checksum-type']);

/** The one `x-amz-checksum-<algorithm>` header of a request, checked for its form. */
export function headerChecksum(
  request: Pick<S3Request, 'headers' | 'fromQuery'>,
): { algorithm: Algorithm; value: string } | undefined {
  const names = Object.keys(request.headers).filter(
    // A presigned URL may carry the checksum of an empty body: S3 signs it and looks no further.
    (name) => name.startsWith('x-amz-checksum-') && !NOT_VALUES.has(name) && !request.fromQuery.has(name),
  );
  const [name] = names;
  if (name === undefined) return undefined;
  if (names.length > 1) throw twoKinds();
  const algorithm = algorithmOfHeader(name);
  if (!algorithm) throw notImplemented(name);
  const value = request.headers[name] ?? '';
  if (!isChecksumValue(algorithm, value.replace(/-\d+$/, ''))) {
    throw invalidRequest(`Value for ${name} header is invalid.`);
  }
  return { algorithm, value };
}

function trailerOf(announced: string | undefined, payload: string): Algorithm | undefined {
  if (!payload.endsWith('-TRAILER')) return undefined;
  if (announced === undefined) throw new S3Error('MalformedTrailerError');
  const algorithm = algorithmOfHeader(announced.trim());
  if (!algorithm) throw invalidRequest('The value specified in the x-amz-trailer header is not supported');
  return algorithm;
}

function checkSdkAlgorithm(request: S3Request, found: Algorithm | undefined): void {
  const name = 'x-amz-sdk-checksum-algorithm';
  const text = request.headers[name];
  if (text === undefined || request.fromQuery.has(name)) return;
  if (found === undefined) {
    throw invalidRequest(
      `${name} specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.`,
    );
  }
  if (algorithmOf(text) !== found) throw invalidRequest(`Value for ${name} header is invalid.`);
}

function md5Of(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== 16 || bytes.toString('base64') !== text) {
    throw new S3Error('InvalidDigest', { 'Content-MD5': text });
  }
  return bytes;
}

const PAYLOADS = new Set([
  'UNSIGNED-PAYLOAD',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
]);

/** The payload word of a header-signed request, checked. */
export function payloadOf(headers: Readonly<Record<string, string>>): string {
  const text = headers['x-amz-content-sha256'];
  if (text === undefined) throw invalidRequest('Missing required header for this request: x-amz-content-sha256');
  if (PAYLOADS.has(text) || /^[0-9a-f]{64}$/.test(text)) return text;
  throw invalidArgument(
    'x-amz-content-sha256',
    text,
    `x-amz-content-sha256 must be ${[...PAYLOADS].join(', ')} or a valid sha256 value.`,
  );
}

export const checksumMismatch = (algorithm: Algorithm): S3Error =>
  new S3Error('BadDigest', {}, `The ${algorithm} you specified did not match the calculated checksum.`);
