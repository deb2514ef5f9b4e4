import { awsErrorCode } from './classify';

/** Codes by which EC2, S3, SSM, FIS and STS refuse whoever asks, and not what is asked for ("Common errors" of each, 2026-11-30). */
const CODES = new Set([
  'AuthFailure',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'InvalidToken',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'TokenRefreshRequired',
  'UnrecognizedClientException',
]);

/** Whether AWS does not know who asks: keys that are wrong, gone or have run out, a session's token, a clock that is off. */
export const refusesIdentity = (error: unknown): boolean => CODES.has(awsErrorCode(error) ?? '');

/** Whether there are no credentials to ask with: nothing was sent. */
export const hasNoIdentity = (error: unknown): boolean =>
  error instanceof Error && error.name === 'CredentialsProviderError';
