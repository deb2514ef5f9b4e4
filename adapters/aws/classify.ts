import type { RefusalKind } from '../../contract';

/**
 * What the error of a call means for whoever made it:
 * - `throttling`: refused before any effect, because of too many calls. Repeat later.
 * - `transient`: the service or the way to it failed. A call that changes something may have had its effect.
 * - `refusal`: the service understood the call and said no. Repeating it unchanged is of no use.
 */
export type AwsErrorKind = 'throttling' | 'transient' | 'refusal';

/** From the SDK's retry rules and EC2's and S3's error tables. */
const THROTTLING = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'PriorRequestNotComplete',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);

const TRANSIENT = new Set([
  'InternalError',
  'InternalFailure',
  'RequestTimeout',
  'RequestTimeoutException',
  'ServiceUnavailable',
  'TimeoutError',
  'Unavailable',
  // A session's credentials ran out, or the clock is off: mended outside, not by another call.
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  'RequestTimeTooSkewed',
]);

/**
 * What RunInstances may refuse, and what the workflow does then. Codes that are not listed are fatal: nothing that another
 * placement would mend. (AWS, "Error codes for the Amazon EC2 API".)
 */
const LAUNCH_REFUSALS = new Map<string, RefusalKind>(
  Object.entries({
    InsufficientInstanceCapacity: 'capacity',
    InsufficientHostCapacity: 'capacity',
    InsufficientCapacity: 'capacity',
    InsufficientFreeAddressesInSubnet: 'capacity',
    InsufficientAddressCapacity: 'capacity',
    SpotMaxPriceTooLow: 'capacity',
    Unsupported: 'capacity',
    UnsupportedHostConfiguration: 'capacity',
    InstanceTypeNotSupported: 'capacity',
    'Server.InsufficientInstanceCapacity': 'capacity',
    VcpuLimitExceeded: 'quota',
    InstanceLimitExceeded: 'quota',
    MaxSpotInstanceCountExceeded: 'quota',
    SpotInstanceCountExceeded: 'quota',
    MaxSpotFleetRequestCountExceeded: 'quota',
    VolumeLimitExceeded: 'quota',
    PendingVerification: 'quota',
    IdempotentInstanceTerminated: 'token-spent',
  } as const),
);

interface ServiceErrorShape {
  name?: unknown;
  code?: unknown;
  Code?: unknown;
  $metadata?: { httpStatusCode?: number };
  $response?: unknown;
}

const shapeOf = (error: unknown): ServiceErrorShape =>
  typeof error === 'object' && error !== null ? (error as ServiceErrorShape) : {};

/**
 * The service's own error code (`InsufficientInstanceCapacity`, `NoSuchKey`). Undefined when no answer of the service was
 * read: a socket error, a timeout, an abort.
 */
export function awsErrorCode(error: unknown): string | undefined {
  const shape = shapeOf(error);
  if (shape.$metadata?.httpStatusCode === undefined) return undefined;
  if (typeof shape.Code === 'string') return shape.Code;
  return typeof shape.name === 'string' ? shape.name : undefined;
}

/** Of the answer; undefined when none was read. */
export function httpStatusOf(error: unknown): number | undefined {
  return shapeOf(error).$metadata?.httpStatusCode;
}

/** EC2's or S3's words; for socket errors the system's code. At most 300 characters. */
export function awsErrorMessage(error: unknown): string {
  const code = shapeOf(error).code;
  const text = error instanceof Error ? error.message || String(code ?? error.name) : String(error);
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}

export function classify(error: unknown): AwsErrorKind {
  const code = awsErrorCode(error);
  if (code === undefined) return 'transient';
  if (THROTTLING.has(code)) return 'throttling';
  if (LAUNCH_REFUSALS.has(code)) return 'refusal';
  if (TRANSIENT.has(code)) return 'transient';
  const status = shapeOf(error).$metadata?.httpStatusCode ?? 0;
  if (status === 429) return 'throttling';
  return status >= 500 ? 'transient' : 'refusal';
}

/** Only for errors that {@link classify} calls a refusal. */
export function launchRefusal(code: string): RefusalKind {
  return LAUNCH_REFUSALS.get(code) ?? 'fatal';
}
