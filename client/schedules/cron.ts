import { nearest } from '../../contract';

interface Field {
  name: string;
  min: number;
  max: number;
  /** What may stand for numbers, from `min` on; so many letters are enough. */
  words?: { names: readonly string[]; letters: number };
}

const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const DAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');

const FIELDS: readonly Field[] = [
  { name: 'second', min: 0, max: 59 },
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, words: { names: MONTHS, letters: 3 } },
  { name: 'day of week', min: 0, max: 7, words: { names: DAYS, letters: 2 } },
  { name: 'year', min: 2000, max: 2100 },
];

const NAMES = ['@hourly', '@daily', '@midnight', '@weekly', '@monthly', '@yearly', '@annually'];

/**
 * What is wrong with a cron expression, as Temporal's server reads it; undefined when nothing is. Forms that Temporal reads
 * otherwise than other programs are refused, with what to write.
 */
export function cronFault(text: string): string | undefined {
  const cron = text.trim();
  if (cron === '') return 'is empty; write five fields: minute hour day-of-month month day-of-week';
  if (/^(CRON_)?TZ=/.test(cron)) return `"${text}": say the time zone by timezone`;
  if (cron.startsWith('@every')) return `"${text}": an interval is said by every`;
  if (cron.startsWith('@')) {
    if (NAMES.includes(cron)) return undefined;
    const near = nearest(cron, NAMES);
    return `"${text}" is no name that is known${near ? ` (did you mean ${near}?)` : `; known are ${NAMES.join(' ')}`}`;
  }
  if (cron.includes('#')) return `"${text}": a comment belongs into note`;
  const words = cron.split(/\s+/);
  if (words.length === 6) {
    return `"${text}" has six fields, which is a year at the end to Temporal and seconds in front to others; write five (minute hour day-of-month month day-of-week), or seven with both`;
  }
  if (words.length !== 5 && words.length !== 7) {
    return `"${text}" has ${words.length === 1 ? 'one field' : `${words.length} fields`}; write five: minute hour day-of-month month day-of-week`;
  }
  const fields = words.length === 7 ? FIELDS : FIELDS.slice(1, 6);
  const faults = fields.flatMap((field, i) => fieldFault(field, words[i] ?? ''));
  return faults.length === 0 ? undefined : `"${text}": ${faults.join('; ')}`;
}

/** What other programs read otherwise: they begin when one of the two days fits. */
export function cronWarning(text: string): string | undefined {
  const words = text.trim().split(/\s+/);
  const at = words.length === 7 ? 3 : 2;
  if (words.length < 5 || words[at] === '*' || words[at + 2] === '*') return undefined;
  return `cron "${text}": day of month and day of week have both to fit; for either, write two`;
}

function fieldFault(field: Field, word: string): string[] {
  for (const part of word.split(',')) {
    const [range = '', step, ...more] = part.split('/');
    if (more.length > 0 || (step !== undefined && !(/^\d+$/.test(step) && Number(step) >= 1)))
      return [`the step of "${part}" is no whole number from 1`];
    if (range === '*') continue;
    const ends = range.split('-');
    const [from, to] = ends.map((end) => numberOf(field, end));
    if (ends.length > 2 || from === undefined || (ends.length === 2 && to === undefined))
      return [`"${part}" is no ${field.name} (${field.min}-${field.max})`];
    if (to !== undefined && to < from) return [`"${part}" ends before it begins`];
  }
  return [];
}

function numberOf({ min, max, words }: Field, text: string): number | undefined {
  if (words && text.length >= words.letters && /^[a-z]+$/i.test(text)) {
    const at = words.names.findIndex((name) => name.startsWith(text.toLowerCase()));
    return at < 0 ? undefined : at + min;
  }
  const value = Number(text);
  return /^\d{1,4}$/.test(text) && value >= min && value <= max ? value : undefined;
}
