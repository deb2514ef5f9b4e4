import { awsErrorCode, awsErrorMessage } from '../classify';
import { hasNoIdentity, refusesIdentity } from '../refused-identity';
import type { TriedRight } from './types';

/** How EC2, S3, FIS and SSM say that this identity may not. */
const DENIED = new Set(['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException', 'UnauthorizedException']);
/** Answers that only somebody gets who may: of a dry run, of a disk that is in use, of a key that is not there. */
const ALLOWED = new Set(['DryRunOperation', 'VolumeInUse', 'NoSuchKey', 'NotFound', 'ParameterNotFound']);

/** Tries a right by a call; a call that goes through has it. */
export async function tried(right: string, call: () => Promise<unknown>): Promise<TriedRight> {
  try {
    await call();
    return { right, allowed: true };
  } catch (error) {
    const code = awsErrorCode(error) ?? '';
    if (ALLOWED.has(code)) return { right, allowed: true };
    if (DENIED.has(code)) return { right, allowed: false, why: awsErrorMessage(error) };
    return untried(right, '', error);
  }
}

/** A right that was not tried, since something before it failed: `what`, and AWS's words for it. */
export function untried(right: string, what: string, error: unknown): TriedRight {
  const words = awsErrorMessage(error);
  return {
    right,
    allowed: undefined,
    why: what === '' ? words : `${what}: ${words}`,
    ...(refusesIdentity(error) || hasNoIdentity(error) ? { badCredentials: true } : {}),
  };
}
