import type { ScheduleSpecDescription } from '@temporalio/client';

interface Range {
  start: unknown;
  end: unknown;
  step: number;
}

/** First and last of each field, and what numbers Temporal's client has words for. */
const MONTHS = 'JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER'.split(' ');
const DAYS = 'SUNDAY MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY'.split(' ');

/**
 * The times of a Schedule as cron would say them. Temporal's server keeps calendars and not what was typed, so this is what it
 * will do, whoever changed it last.
 */
export function cronTexts({ calendars = [] }: Pick<ScheduleSpecDescription, 'calendars'>): string[] {
  return calendars.map(({ second, minute, hour, dayOfMonth, month, dayOfWeek, year }) => {
    const five = [
      field(minute, 0, 59),
      field(hour, 0, 23),
      field(dayOfMonth, 1, 31),
      field(month.map(numbers(MONTHS, 1)), 1, 12),
      field(dayOfWeek.map(numbers(DAYS, 0)), 0, 6),
    ].join(' ');
    const [seconds, years] = [field(second, 0, 59), year.length === 0 ? '*' : field(year, 1970, 9999)];
    return seconds === '0' && years === '*' ? five : `${seconds} ${five} ${years}`;
  });
}

const numbers =
  (words: readonly string[], first: number) =>
  ({ start, end, step }: Range): Range => {
    const number = (value: unknown): unknown => (typeof value === 'string' ? words.indexOf(value) + first : value);
    return { start: number(start), end: number(end), step };
  };

function field(ranges: readonly Range[], min: number, max: number): string {
  const parts = ranges.map(({ start, end, step }) => {
    const each = step > 1 ? `/${step}` : '';
    if (start === min && end === max) return `*${each}`;
    return start === end ? `${start}` : `${start}-${end}${each}`;
  });
  return parts.join(',') || '*';
}
