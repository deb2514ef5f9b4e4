import type { SpotRequest } from '../../adapters/aws';
import type { Notice } from '../../contract';

/** EC2 gives a notice two minutes ahead ("Spot Instance interruption notices", EC2 user guide). Milliseconds. */
const AHEAD_MS = 120_000;

/**
 * The notice that a marked spot request stands for. The request says since when it is marked, and not when the instance is
 * taken: that is known to the host alone, by its metadata service.
 */
export function noticeOf({ status, statusAt }: Pick<SpotRequest, 'status' | 'statusAt'>, now = Date.now()): Notice {
  return {
    source: 'spot',
    action: status === 'marked-for-stop' ? 'stop' : 'terminate',
    time: new Date((statusAt ?? now) + AHEAD_MS).toISOString(),
  };
}
