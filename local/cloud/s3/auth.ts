import { type AuthFault, type AuthOptions, hasQueryAuth, verifyHeaderAuth, verifyQueryAuth } from '../sigv4';
import { payloadOf } from './body/plan';
import { invalidArgument, invalidRequest, S3Error } from './errors';
import type { Service } from './exchange';
import { type S3Request, wireHeaders } from './request';

export const authOptions = (service: Service): AuthOptions => ({
  service: 's3',
  region: service.region,
  secretFor: (id) => (id === service.credentials.accessKeyId ? service.credentials.secretAccessKey : undefined),
  now: service.now(),
});

/** A refused signature as S3's error. */
export const authError = (fault: AuthFault): S3Error =>
  fault.code === 'MissingAuthorization'
    ? new S3Error('AccessDenied')
    : new S3Error(fault.code, fault.extra ?? {}, fault.message);

/** Signature Version 2, which S3 takes for no bucket made since 2020; boto3 still presigns so unless told otherwise. */
export const oldSignature = (): S3Error =>
  invalidRequest('The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.');

const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Methods whose requests have no body here. */
const BODILESS = new Set(['GET', 'HEAD', 'DELETE']);

/** Verifies the signature of a request, in its headers or its query, and answers what was signed for its body. */
export function authenticate(request: S3Request, service: Service): string {
  const { stream } = request;
  const headers = wireHeaders(stream);
  const signed = { method: request.method, url: request.url, headers };
  if (hasQueryAuth(request.url)) {
    if (headers.authorization !== undefined) {
      throw invalidArgument(
        'Authorization',
        headers.authorization,
        'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
      );
    }
    const result = verifyQueryAuth(signed, authOptions(service));
    if (!result.ok) throw authError(result);
    request.auth = result;
    const names = request.query.get('X-Amz-SignedHeaders')?.split(';') ?? [];
    return names.includes('x-amz-content-sha256') ? payloadOf(headers) : 'UNSIGNED-PAYLOAD';
  }
  if (headers.authorization === undefined) {
    if ([...request.query.keys()].some((name) => name.startsWith('response-'))) {
      throw invalidRequest('Request specific response headers cannot be used for anonymous GET requests.');
    }
    if (request.query.has('AWSAccessKeyId') || request.query.has('Signature')) throw oldSignature();
    throw new S3Error('AccessDenied');
  }
  const payload = payloadOf(headers);
  const result = verifyHeaderAuth({ ...signed, bodySha256: payload }, authOptions(service));
  if (!result.ok) throw authError(result);
  request.auth = result;
  if (BODILESS.has(request.method) && /^[0-9a-f]{64}$/.test(payload) && payload !== EMPTY_SHA256) {
    throw new S3Error('XAmzContentSHA256Mismatch', {
      ClientComputedContentSHA256: payload,
      S3ComputedContentSHA256: EMPTY_SHA256,
    });
  }
  return payload;
}
