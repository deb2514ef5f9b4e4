import type { IncomingHttpHeaders } from 'node:http';
import { parseQuery, splitUrl } from './encoding';
import { type AuthFault, type AuthOptions, type AuthResult, fault } from './result';
import { MAX_SKEW_MS, parseAmzDate, plainTime } from './time';
import { compareSignature, parseCredential, scopeFault, unknownKey, unsignedHeaders } from './verify';

export interface QueryAuthRequest {
  method: string;
  /** Request target as on the wire: path and query. */
  url: string;
  headers: IncomingHttpHeaders;
}

const REQUIRED = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
] as const;

/** One week: the longest that a presigned URL may live. */
const MAX_EXPIRES_SECONDS = 604_800;

const invalid = (message: string, extra?: Record<string, string>): AuthFault =>
  fault('AuthorizationQueryParametersError', message, extra);

/** Whether a request carries (part of) a presigned signature. */
export function hasQueryAuth(url: string): boolean {
  return parseQuery(splitUrl(url).query).some(([name]) => name === 'X-Amz-Algorithm' || name === 'X-Amz-Signature');
}

/**
 * Verifies a presigned URL. Headers that were not signed may come along (Range, If-Match) unless they are `x-amz-*`; what
 * else the query holds is part of the signature.
 */
export function verifyQueryAuth(request: QueryAuthRequest, options: AuthOptions): AuthResult {
  const query = new Map(parseQuery(splitUrl(request.url).query));
  if (REQUIRED.some((name) => !query.get(name))) {
    return invalid(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, ' +
        'X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  const value = (name: (typeof REQUIRED)[number]): string => query.get(name) ?? '';
  if (value('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') {
    return invalid('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"');
  }
  const amzDate = value('X-Amz-Date');
  const time = parseAmzDate(amzDate);
  if (time === undefined) {
    return invalid("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  }
  const badExpires = expiresFault(value('X-Amz-Expires'));
  if (badExpires) return badExpires;
  const credential = parseCredential(value('X-Amz-Credential'));
  if (!credential) {
    return invalid(
      'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; ' +
        'expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  }
  const lead = 'Error parsing the X-Amz-Credential parameter';
  const wrongScope = scopeFault(credential.scope, amzDate, options, 'AuthorizationQueryParametersError', lead);
  if (wrongScope) return wrongScope;
  const late = lifetimeFault(time, Number(value('X-Amz-Expires')), (options.now ?? new Date()).getTime());
  if (late) return late;
  const secret = options.secretFor(credential.accessKeyId);
  if (secret === undefined) return unknownKey(credential.accessKeyId);
  const signedHeaders = value('X-Amz-SignedHeaders').split(';');
  const unsigned = unsignedHeaders(request.headers, signedHeaders, ['x-amz-content-sha256']);
  if (unsigned) return unsigned;
  const signedHash = signedHeaders.includes('x-amz-content-sha256')
    ? request.headers['x-amz-content-sha256']
    : undefined;
  const result = compareSignature(
    {
      ...request,
      signedHeaders,
      payloadHash: typeof signedHash === 'string' ? signedHash : 'UNSIGNED-PAYLOAD',
      service: options.service,
    },
    credential,
    amzDate,
    value('X-Amz-Signature'),
    secret,
  );
  if (result.ok && query.has('X-Amz-Security-Token')) {
    return fault('InvalidToken', 'The provided token is malformed or otherwise invalid.');
  }
  return result;
}

function expiresFault(text: string): AuthFault | undefined {
  if (!/^-?\d+$/.test(text)) return invalid('X-Amz-Expires should be a number');
  if (Number(text) < 0) return invalid('X-Amz-Expires must be non-negative');
  if (Number(text) === 0 || Number(text) > MAX_EXPIRES_SECONDS) {
    return invalid(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  }
  return undefined;
}

function lifetimeFault(time: number, expires: number, now: number): AuthFault | undefined {
  const end = time + expires * 1000;
  if (now > end) {
    return fault('AccessDenied', 'Request has expired', {
      'X-Amz-Expires': String(expires),
      Expires: plainTime(end),
      ServerTime: plainTime(now),
    });
  }
  // The allowance for clocks that header signatures have, too.
  if (time > now + MAX_SKEW_MS) return fault('AccessDenied', 'Request is not valid yet');
  return undefined;
}
