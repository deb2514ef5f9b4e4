import { type AttemptStatus, type RunStatus, utf8Length } from '../../contract';
import { shorten } from './texts';

/** What a status may take as JSON: it travels in query answers and in the arguments of `writeSummary`. */
export const STATUS_BYTES = 15 * 1024;

/** How many launch calls of an attempt are kept; a day without capacity makes thousands. */
export const KEPT_TRIES = 12;

/**
 * The same status, small enough to travel. What people look at last goes first: stages and tries of old attempts, then long
 * words, then the oldest attempts themselves (`attemptCount` still counts them).
 */
export function fitStatus(status: RunStatus, limit: number = STATUS_BYTES): RunStatus {
  let fitted = status;
  for (const whole of [4, 2, 1]) {
    if (size(fitted) <= limit) return fitted;
    fitted = { ...fitted, attempts: fitted.attempts.map((a, i, all) => (i < all.length - whole ? brief(a) : a)) };
  }
  while (size(fitted) > limit && fitted.attempts.length > 1) fitted = { ...fitted, attempts: fitted.attempts.slice(1) };
  if (size(fitted) > limit) fitted = { ...fitted, attempts: fitted.attempts.map(brief) };
  return fitted;
}

const size = (status: RunStatus): number => utf8Length(JSON.stringify(status));

function brief(a: AttemptStatus): AttemptStatus {
  const { hostKey: _, ...rest } = a;
  return { ...rest, stages: [], tries: [], ...(a.reason === undefined ? {} : { reason: shorten(a.reason, 120) }) };
}
