import { formatDuration } from '../../../../contract/schema';

/** `0 3 * * * Europe/Berlin, every 6h (up to 10m later)`. Durations are seconds. */
export function timesText(times: { cron: string[]; every: number[]; timezone: string; jitter: number }): string {
  const cron = times.cron.map((text) => `${text} ${times.timezone}`);
  const every = times.every.map((seconds) => `every ${formatDuration(seconds)}`);
  const late = times.jitter > 0 ? ` (up to ${formatDuration(times.jitter)} later)` : '';
  return `${[...cron, ...every].join(', ') || 'by hand only'}${late}`;
}

/** Moments as the clocks of a time zone show them: `2026-11-27 03:00, 2026-11-28 03:00 (Europe/Berlin)`. */
export function inTime(at: readonly string[], timeZone: string): string {
  return `${at.map((one) => clockOf(one, timeZone)).join(', ')} (${timeZone})`;
}

/** Of a zone that only the server knows, in UTC. */
function clockOf(at: string, timeZone: string): string {
  try {
    // Canada writes dates as ISO 8601 does.
    const clock = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      dateStyle: 'short',
      timeStyle: 'short',
      hourCycle: 'h23',
    });
    return clock.format(new Date(at)).replace(', ', ' ');
  } catch {
    return `${at.slice(0, 16).replace('T', ' ')} UTC`;
  }
}
