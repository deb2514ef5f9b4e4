import type { MetricValue } from '../../../contract';

/** `0.4 s`, `41 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  const s = Math.max(0, seconds);
  if (s < 9.95) return `${s.toFixed(1)} s`;
  const whole = Math.round(s);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return join(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.round(s / 60);
  if (minutes < 48 * 60) return join(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(s / 3600);
  return join(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function join(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
}

/** Decimal units, as file managers and S3 bills use them: `312 KB`, `1.4 GB`. */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  let value = count;
  let unit = 'B';
  for (const next of ['KB', 'MB', 'GB', 'TB']) {
    if (value < 999.5) break;
    value /= 1000;
    unit = next;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** Dollars with as many digits as say something: `$20`, `$0.34`, `$0.0011`. */
export function usd(amount: number): string {
  if (amount === 0) return '$0';
  if (amount < 0.1) return `$${amount.toFixed(4)}`;
  if (amount >= 100 || Number.isInteger(amount)) return `$${Math.round(amount)}`;
  return `$${amount.toFixed(2)}`;
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** A metric's value, short enough to sit in a line. */
export function metric(value: MetricValue): string {
  if (typeof value === 'string') return value;
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e6)) return value.toExponential(2);
  return size >= 100 ? value.toFixed(1) : value.toFixed(3);
}

/** `2 min ago`; for tables. */
export function ago(from: string, now: Date): string {
  return `${duration(Math.floor((now.getTime() - Date.parse(from)) / 1000))} ago`;
}
