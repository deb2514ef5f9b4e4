import type { ScheduledEvent, SpotRequest } from '../../adapters/aws';
import type { Notice } from '../../contract';
import { announcedAction } from '../watch';

/** EC2 gives a notice two minutes ahead ("Spot Instance interruption notices", EC2 user guide). Milliseconds. */
const AHEAD_MS = 120_000;

/**
 * The notice that a marked spot request stands for. The request says since when it is marked, and not when the instance is
 * taken: that is known to the host alone, by its metadata service.
 */
export function noticeOf(request: Pick<SpotRequest, 'status' | 'statusAt'>, now = Date.now()): Notice {
  return {
    source: 'spot',
    action: announcedAction(request),
    time: new Date((request.statusAt ?? now) + AHEAD_MS).toISOString(),
  };
}

/** The notice that scheduled maintenance stands for; without a time, or past it, it may come at any moment. */
export const maintenanceNotice = ({ code, notBefore = 0 }: ScheduledEvent, now = Date.now()): Notice => ({
  source: 'maintenance',
  action: code,
  time: new Date(notBefore > now ? notBefore : now + AHEAD_MS).toISOString(),
});

/** Whether maintenance is to be obeyed now. */
export const isNear = ({ notBefore }: ScheduledEvent, leadSeconds: number, now = Date.now()): boolean =>
  notBefore === undefined || notBefore - now <= leadSeconds * 1000;
