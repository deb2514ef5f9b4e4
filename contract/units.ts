/** Seconds of each unit of a duration, longest first. */
const DURATION_UNITS = { w: 604_800, d: 86_400, h: 3_600, m: 60, s: 1 } as const;

/** GiB of each unit of a size. */
const SIZE_UNITS: Record<string, number> = {
  tib: 1024,
  gib: 1,
  mib: 1 / 1024,
  kib: 1 / 1024 ** 2,
  tb: 1e12 / 1024 ** 3,
  gb: 1e9 / 1024 ** 3,
  mb: 1e6 / 1024 ** 3,
  kb: 1e3 / 1024 ** 3,
};

/** Longer text is no duration. It is not looked at: to look for blanks between parts takes for ever where there are many. */
const LONGEST_TEXT = 100;

const shown = (value: unknown): string => {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

const notADuration = (value: unknown): RangeError =>
  new RangeError(`${shown(value)} is not a duration (try 90s, 30m, 2h)`);

/**
 * Seconds of a duration: a number of seconds, or text of parts with the units `s m h d w`, longest first, such as `90s`,
 * `1h30m` or `1.5h`. Text without a unit is seconds. Never negative; precise to the millisecond.
 * @throws RangeError which quotes the value and says what would do.
 */
export function parseDuration(value: string | number): number {
  if (typeof value === 'number') return inMilliseconds(value, value);
  if (typeof value !== 'string' || value.length > LONGEST_TEXT) throw notADuration(value);
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return inMilliseconds(Number(text), value);
  const parts =
    /^(?:(\d+(?:\.\d+)?)w)?\s*(?:(\d+(?:\.\d+)?)d)?\s*(?:(\d+(?:\.\d+)?)h)?\s*(?:(\d+(?:\.\d+)?)m)?\s*(?:(\d+(?:\.\d+)?)s)?$/.exec(
      text,
    );
  if (!parts || text === '') throw notADuration(value);
  const sum = Object.values(DURATION_UNITS).reduce((total, unit, i) => total + Number(parts[i + 1] ?? 0) * unit, 0);
  return inMilliseconds(sum, value);
}

function inMilliseconds(seconds: number, value: string | number): number {
  if (!Number.isFinite(seconds) || seconds < 0) throw notADuration(value);
  const rounded = Math.round(seconds * 1000) / 1000;
  if (!Number.isSafeInteger(Math.round(rounded * 1000))) throw notADuration(value);
  return rounded;
}

/** Such as `1h30m`, `1m30s` or `2d`; {@link parseDuration} reads it back. Rounded to whole seconds. */
export function formatDuration(seconds: number): string {
  let rest = Math.round(seconds);
  if (rest <= 0) return '0s';
  let text = '';
  for (const [unit, size] of Object.entries(DURATION_UNITS)) {
    if (unit === 'w') continue;
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return text;
}

/**
 * Whole GiB, rounded up, of a size: a number of GiB, or text such as `50GiB`, `500 MiB` or `1TB` (decimal units are powers
 * of 1000).
 * @throws RangeError which quotes the value and says what would do.
 */
export function parseSize(value: string | number): number {
  const gib = gibOf(value, SIZE_UNITS);
  if (gib === undefined) throw notASize(value, '50GiB, 500GiB, 1TiB');
  // A hair below, so that 46.566… GiB of a decimal size does not grow by binary rounding.
  return Math.max(0, Math.ceil(gib - 1e-9));
}

/**
 * Bytes of a size: a number of GiB, or text such as `5GiB`, `500 MiB`, `1.5TB` or `100B`.
 * @throws RangeError which quotes the value and says what would do.
 */
export function parseBytes(value: string | number): number {
  const bytes = Math.round((gibOf(value, { ...SIZE_UNITS, b: 1 / 1024 ** 3 }) ?? Number.NaN) * 1024 ** 3);
  if (!Number.isSafeInteger(bytes)) throw notASize(value, '5GiB, 500MiB, 1TiB');
  return bytes;
}

/** GiB of a number of them, or of text with a unit or without; undefined when it is none, or less than nothing. */
function gibOf(value: string | number, units: Record<string, number>): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : undefined;
  const [, number, unit = 'GiB'] = /^(\d+(?:\.\d+)?)\s*([a-z]+)?$/i.exec(value.trim()) ?? [];
  const gib = Number(number) * (units[unit.toLowerCase()] ?? Number.NaN);
  return Number.isFinite(gib) ? gib : undefined;
}

const notASize = (value: unknown, examples: string): RangeError =>
  new RangeError(`${shown(value)} is not a size (try ${examples})`);
