import type { IncomingHttpHeaders } from 'node:http';
import { type AuthOptions, type AuthResult, fault } from './result';
import { amzDate as formatAmzDate, MAX_SKEW_MS, parseAmzDate, plainTime } from './time';
import { compareSignature, parseCredential, scopeFault, unknownKey, unsignedHeaders } from './verify';

/** A request as it came, with the hash of its body (or, for S3, what `x-amz-content-sha256` says of it). */
export interface HeaderAuthRequest {
  method: string;
  /** Request target as on the wire: path and query. */
  url: string;
  headers: IncomingHttpHeaders;
  bodySha256: string;
}

/**
 * Verifies an `Authorization: AWS4-HMAC-SHA256 …` header: form, key id, scope, clock (15 minutes), that the headers that
 * must be signed are, and the signature. Answers faults as values.
 */
export function verifyHeaderAuth(request: HeaderAuthRequest, options: AuthOptions): AuthResult {
  const authorization = request.headers.authorization;
  if (!authorization) return fault('MissingAuthorization', 'Access Denied');
  if (!authorization.startsWith('AWS4-HMAC-SHA256')) {
    return fault(
      'InvalidRequest',
      'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
    );
  }
  const lead = 'The authorization header is malformed';
  const fields = new Map(
    authorization
      .slice('AWS4-HMAC-SHA256'.length)
      .split(',')
      .map((part) => {
        const at = part.indexOf('=');
        return [part.slice(0, at).trim(), part.slice(at + 1).trim()] as const;
      }),
  );
  for (const name of ['Credential', 'SignedHeaders', 'Signature']) {
    if (!fields.get(name)) return fault('AuthorizationHeaderMalformed', `${lead}; missing ${name}.`);
  }
  const credential = parseCredential(fields.get('Credential') ?? '');
  if (!credential) {
    return fault(
      'AuthorizationHeaderMalformed',
      `${lead}; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`,
    );
  }
  const amzDate = dateOf(request.headers);
  const time = amzDate === undefined ? undefined : parseAmzDate(amzDate);
  if (amzDate === undefined || time === undefined) {
    return fault('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header');
  }
  const wrongScope = scopeFault(credential.scope, amzDate, options, 'AuthorizationHeaderMalformed', lead);
  if (wrongScope) return wrongScope;
  const secret = options.secretFor(credential.accessKeyId);
  if (secret === undefined) return unknownKey(credential.accessKeyId);
  const now = (options.now ?? new Date()).getTime();
  if (Math.abs(now - time) > MAX_SKEW_MS) {
    return fault('RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.', {
      RequestTime: amzDate,
      ServerTime: plainTime(now),
      MaxAllowedSkewMilliseconds: String(MAX_SKEW_MS),
    });
  }
  const signedHeaders = (fields.get('SignedHeaders') ?? '').split(';');
  // EC2's older clients leave x-amz-* headers out; S3 refuses that.
  const unsigned = options.service === 's3' ? unsignedHeaders(request.headers, signedHeaders) : undefined;
  if (unsigned) return unsigned;
  const result = compareSignature(
    {
      method: request.method,
      url: request.url,
      headers: request.headers,
      signedHeaders,
      payloadHash: request.bodySha256,
      service: options.service,
    },
    credential,
    amzDate,
    fields.get('Signature') ?? '',
    secret,
  );
  if (result.ok && request.headers['x-amz-security-token'] !== undefined) {
    // Keys here are permanent: a token belongs to other credentials, as AWS would say too.
    return fault('InvalidToken', 'The provided token is malformed or otherwise invalid.');
  }
  return result;
}

/** `x-amz-date`, or the Date header in the same form. */
function dateOf(headers: IncomingHttpHeaders): string | undefined {
  const own = headers['x-amz-date'];
  if (typeof own === 'string') return own;
  const date = headers.date === undefined ? Number.NaN : Date.parse(headers.date);
  return Number.isNaN(date) ? undefined : formatAmzDate(new Date(date));
}
