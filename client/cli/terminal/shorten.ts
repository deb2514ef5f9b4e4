import { clip, plain, width } from './text';

/** An amount of money, with what it is for: `$0.3412/h`, `$1.20`. */
const MONEY = /\$\d[\d.,]*(?:[eE]-?\d+)?(?:\/h)?/g;

/**
 * Cuts a text to so many columns, amounts of money last: what stands before them is shortened instead, and of several that would
 * be cut the first stays.
 */
export function shorten(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  const clipped = clip(text, columns);
  const all = plain(text).match(MONEY) ?? [];
  // A token at the very end of what is left may have lost digits.
  const shown = (plain(clipped).match(/\$\d[\d.,]*(?:[eE]-?\d+)?(?:\/h)?(?!…)/g) ?? []).filter(
    (one, i) => one === all[i],
  );
  const [first] = all.slice(shown.length);
  if (first === undefined || shown.length > 0) return clipped;
  const room = columns - width(first) - 1;
  return room < 1 ? clip(first, columns) : `${clip(text, room)} ${first}`;
}
