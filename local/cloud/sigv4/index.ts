/** AWS Signature Version 4, the verifying side: headers, presigned URLs, signed chunks and POST policies. */
export { canonicalRequest, type Service, type SignedParts, stringToSign } from './canonical';
export { type ChunkChain, chunkChain } from './chunk-chain';
export { parseQuery, percentDecode, percentEncode, splitUrl } from './encoding';
export { type HeaderAuthRequest, verifyHeaderAuth } from './header-auth';
export { verifyOwnRequest } from './own-request';
export { type PostAuthRequest, verifyPostAuth } from './post-auth';
export { hasQueryAuth, type QueryAuthRequest, verifyQueryAuth } from './query-auth';
export type { AuthFault, AuthFaultCode, AuthOk, AuthOptions, AuthResult } from './result';
export { type Credentials, deriveSigningKey, type Scope, sameSignature, scopeText, sign } from './signing-key';
export { amzDate, MAX_SKEW_MS, parseAmzDate, plainTime } from './time';
