const DURATION = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** Seconds of an ISO 8601 duration without years and months, such as `PT2M` or `PT150S`; undefined: it is none. */
export function durationSeconds(text: string): number | undefined {
  const [all, days, hours, minutes, seconds] = DURATION.exec(text) ?? [];
  if (all === undefined || [days, hours, minutes, seconds].every((part) => part === undefined)) return undefined;
  const number = (part: string | undefined): number => Number(part ?? 0);
  return number(days) * 86_400 + number(hours) * 3600 + number(minutes) * 60 + number(seconds);
}
