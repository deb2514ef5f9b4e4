import { numberOf } from '../../..';

/** RFC 4180, and nothing that a spreadsheet would take for a formula. */
export function csvCell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // `-Infinity`, and a number that was written as text: no formula can be one.
  if (numberOf(value) !== undefined && !/[,"\r\n]/.test(text)) return text.trim();
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
