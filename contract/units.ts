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

const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
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
  const fault = (): RangeError => new RangeError(`${shown(value)} is not a size (try 50GiB, 500GiB, 1TiB)`);
  if (typeof value === 'number') {
    if (!Number.isFinite(value) || value < 0) throw fault();
    return Math.ceil(value);
  }
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]i?b)?$/i.exec(value.trim());
  const gib = Number(match?.[1]) * (SIZE_UNITS[(match?.[2] ?? 'GiB').toLowerCase()] ?? Number.NaN);
  if (!match || !Number.isFinite(gib)) throw fault();
  // A hair below, so that 46.566… GiB of a decimal size does not grow by binary rounding.
  return Math.max(0, Math.ceil(gib - 1e-9));
}

/**
 * Bytes of a size: a number of GiB, or text such as `5GiB`, `500 MiB`, `1.5TB` or `100B`.
 * @throws RangeError which quotes the value and says what would do.
 */
export function parseBytes(value: string | number): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]i?b|b)?$/i.exec(String(value).trim());
  const unit = (match?.[2] ?? 'GiB').toLowerCase();
  const bytes = Math.round(Number(match?.[1]) * (unit === 'b' ? 1 : (SIZE_UNITS[unit] ?? Number.NaN) * 1024 ** 3));
  if (match && Number.isSafeInteger(bytes)) return bytes;
  throw new RangeError(`${shown(value)} is not a size (try 5GiB, 500MiB, 1TiB)`);
}
