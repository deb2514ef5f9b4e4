import { type AuthOptions, type AuthResult, fault } from './result';
import { deriveSigningKey, sameSignature, scopeText, sign } from './signing-key';
import { parseAmzDate } from './time';
import { badSignature, parseCredential, scopeFault, unknownKey } from './verify';

/** The fields of a POST form that prove who wrote its policy. */
export interface PostAuthRequest {
  /** Base64, exactly as sent: this text is what is signed. */
  policy: string;
  algorithm: string;
  credential: string;
  amzDate: string;
  signature: string;
  securityToken?: string;
}

/** Verifies the signature over a POST policy; whether the policy allows the upload is another question. */
export function verifyPostAuth(request: PostAuthRequest, options: AuthOptions): AuthResult {
  const lead = 'Error parsing the X-Amz-Credential parameter';
  if (request.algorithm !== 'AWS4-HMAC-SHA256') {
    return fault('InvalidRequest', 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"');
  }
  const credential = parseCredential(request.credential);
  if (!credential) return fault('AuthorizationQueryParametersError', `${lead}; the Credential is mal-formed.`);
  if (parseAmzDate(request.amzDate) === undefined) {
    return fault('AccessDenied', "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  }
  const wrong = scopeFault(credential.scope, request.amzDate, options, 'AuthorizationQueryParametersError', lead);
  if (wrong) return wrong;
  const secret = options.secretFor(credential.accessKeyId);
  if (secret === undefined) return unknownKey(credential.accessKeyId);
  const signingKey = deriveSigningKey(secret, credential.scope);
  const signature = sign(signingKey, request.policy);
  if (!sameSignature(signature, request.signature)) {
    return badSignature({
      AWSAccessKeyId: credential.accessKeyId,
      StringToSign: request.policy,
      SignatureProvided: request.signature,
      StringToSignBytes: (Buffer.from(request.policy).toString('hex').match(/../g) ?? []).join(' '),
    });
  }
  if (request.securityToken !== undefined) {
    return fault('InvalidToken', 'The provided token is malformed or otherwise invalid.');
  }
  const { accessKeyId } = credential;
  return { ok: true, accessKeyId, signature, scope: scopeText(credential.scope), amzDate: request.amzDate, signingKey };
}
