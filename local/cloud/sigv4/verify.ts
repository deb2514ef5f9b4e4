import type { IncomingHttpHeaders } from 'node:http';
import { canonicalRequest, type SignedParts, stringToSign } from './canonical';
import { type AuthFault, type AuthOptions, type AuthResult, fault } from './result';
import { deriveSigningKey, type Scope, sameSignature, scopeText, sign } from './signing-key';

/** A credential of a signature, taken apart. */
export interface CredentialScope {
  accessKeyId: string;
  scope: Scope;
}

/** `AKIA…/20130524/us-east-1/s3/aws4_request`; the key id itself may hold slashes. */
export function parseCredential(text: string): CredentialScope | undefined {
  const parts = text.split('/');
  const [date, region, service, terminator] = parts.slice(-4);
  const accessKeyId = parts.slice(0, -4).join('/');
  if (!accessKeyId || !date || region === undefined || service === undefined || terminator === undefined) {
    return undefined;
  }
  return { accessKeyId, scope: { date, region, service, terminator } };
}

/** Checks a scope against this endpoint; words differ between header and query signatures. */
export function scopeFault(
  scope: Scope,
  amzDate: string,
  options: AuthOptions,
  code: AuthFault['code'],
  lead: string,
): AuthFault | undefined {
  if (scope.terminator !== 'aws4_request') {
    return fault(code, `${lead}; incorrect terminal "${scope.terminator}". This endpoint uses "aws4_request".`);
  }
  if (scope.service !== options.service) {
    return fault(code, `${lead}; incorrect service "${scope.service}". This endpoint belongs to "${options.service}".`);
  }
  if (scope.region !== options.region) {
    return fault(code, `${lead}; the region '${scope.region}' is wrong; expecting '${options.region}'`, {
      Region: options.region,
    });
  }
  if (scope.date !== amzDate.slice(0, 8)) {
    return fault(
      code,
      `${lead}; Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date: "${amzDate}".`,
    );
  }
  return undefined;
}

/** S3 wants `host` and every `x-amz-*` header signed, so that nobody can add one to a signed request. */
export function unsignedHeaders(
  headers: IncomingHttpHeaders,
  signed: readonly string[],
  except: readonly string[] = [],
): AuthFault | undefined {
  const names = Object.keys(headers).filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signed.includes(name) && !except.includes(name),
  );
  if (names.length === 0) return undefined;
  return fault('AccessDenied', 'There were headers present in the request which were not signed', {
    HeadersNotSigned: names.join(', '),
  });
}

export const unknownKey = (accessKeyId: string): AuthFault =>
  fault('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', {
    AWSAccessKeyId: accessKeyId,
  });

export const badSignature = (extra: Record<string, string>): AuthFault =>
  fault(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    extra,
  );

const hexBytes = (text: string): string => (Buffer.from(text, 'latin1').toString('hex').match(/../g) ?? []).join(' ');

/** Computes the signature of a request and compares. */
export function compareSignature(
  parts: SignedParts,
  credential: CredentialScope,
  amzDate: string,
  given: string,
  secret: string,
): AuthResult {
  const scope = scopeText(credential.scope);
  const canonical = canonicalRequest(parts);
  const text = stringToSign(amzDate, scope, canonical);
  const signingKey = deriveSigningKey(secret, credential.scope);
  const signature = sign(signingKey, text);
  if (!sameSignature(signature, given)) {
    return badSignature({
      AWSAccessKeyId: credential.accessKeyId,
      StringToSign: text,
      SignatureProvided: given,
      StringToSignBytes: hexBytes(text),
      CanonicalRequest: canonical,
      CanonicalRequestBytes: hexBytes(canonical),
    });
  }
  return { ok: true, accessKeyId: credential.accessKeyId, signature, scope, amzDate, signingKey };
}
