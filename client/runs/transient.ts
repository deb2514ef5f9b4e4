import { isConnectionFault } from '../connection/rpc';
import { TrainctlError } from '../errors';

/** Names and codes under which the AWS SDK and node say "not now". */
const TRANSIENT =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|ENETUNREACH|EHOSTUNREACH|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|TimeoutError|SlowDown|InternalError|ServiceUnavailable|RequestTimeout)$/;

/** Whether the fault is of the way to a service rather than of what was asked. */
export function isTransient(error: unknown): boolean {
  if (isConnectionFault(error)) return true;
  if (error instanceof TrainctlError) return error.code === 'unavailable';
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    const code = 'code' in e && typeof e.code === 'string' ? e.code : '';
    if (TRANSIENT.test(code) || TRANSIENT.test(e.name)) return true;
    if (e instanceof AggregateError && e.errors.some(isTransient)) return true;
    if (httpStatus(e) >= 500) return true;
  }
  return false;
}

function httpStatus(error: Error): number {
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return 0;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : 0;
}
