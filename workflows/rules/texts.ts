import { utf8Length } from '../../contract';

/** The first `max` characters, with an ellipsis when some are missing. */
export const shorten = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1)}…`;

/** The last lines that fit into `max` characters; a last line that is longer loses its beginning. */
export function lastLines(text: string, max: number): string {
  const trimmed = text.trimEnd();
  if (trimmed.length <= max) return trimmed;
  const cut = trimmed.slice(-max + 1);
  const newline = cut.indexOf('\n');
  return newline < 0 || newline > cut.length / 2 ? `…${cut}` : cut.slice(newline + 1);
}

/** The longest beginning of `text` that takes at most `bytes` in UTF-8. */
export function fitBytes(text: string, bytes: number): string {
  if (utf8Length(text) <= bytes) return text;
  let left = bytes - 3;
  let kept = '';
  for (const char of text) {
    left -= utf8Length(char);
    if (left < 0) break;
    kept += char;
  }
  return `${kept}…`;
}

/** ISO 8601 of epoch milliseconds. */
export const iso = (ms: number): string => new Date(ms).toISOString();

/** `text` as epoch milliseconds, kept between `from` and `to`: clocks differ, and a bill must not run backwards. */
export function clampTime(text: string | undefined, from: number, to: number): number {
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? to : Math.min(Math.max(ms, from), to);
}
