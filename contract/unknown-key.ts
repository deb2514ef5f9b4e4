import { editDistance, nearest, plainKey } from './suggest';

/** A key that exists: its name, and how it is told to people, with what stands above it. */
export interface KnownKey {
  name: string;
  shown: string;
}

/** How many places of one key are named. */
const PLACES = 3;

/**
 * What to say of a key that is not known where it stands: which of its siblings is meant, and where a key of that very name does
 * exist; else what is known there. A key of another place that is merely near is no guess: `outputs.foo` has nothing to do with
 * `hold.for`.
 */
export function unknownKeyWords(key: string, siblings: readonly KnownKey[], elsewhere: readonly KnownKey[]): string {
  const near = siblingOf(key, siblings);
  const exact = elsewhere.filter(({ name }) => plainKey(name) === plainKey(key));
  const there = near || exact.length > 0 ? exact : elsewhere.filter(({ name }) => isThat(key, name));
  const places = [...new Set(there.map(({ shown }) => placeText(shown)))].slice(0, PLACES);
  if (near) return `is not a known key; did you mean ${[`"${near.shown}"`, ...places].join(' or ')}?`;
  if (places.length > 0) return `is not a known key here; did you mean ${places.join(' or ')}?`;
  return `is not a known key; known here: ${siblings.map(({ shown }) => shown).join(', ')}`;
}

const placeText = (shown: string): string => (/[.[]/.test(shown) ? `"${shown}"` : `"${shown}" at the top level`);

/** By its letters, else by its words: `keep_last` for `keep`, `cost` for `maxCostUsd`, where that is one key alone. */
function siblingOf(key: string, siblings: readonly KnownKey[]): KnownKey | undefined {
  const near = nearest(
    key,
    siblings.map(({ name }) => name),
  );
  if (near !== undefined) return siblings.find(({ name }) => name === near);
  const words = siblings.filter(({ name }) => shareWords(key, name));
  return words.length === 1 ? words[0] : undefined;
}

/** Whether all the words of one are among those of the other. */
function shareWords(a: string, b: string): boolean {
  const [first, second] = [wordsOf(a), wordsOf(b)];
  if (first.length === 0 || second.length === 0) return false;
  return first.every((word) => second.includes(word)) || second.every((word) => first.includes(word));
}

/** `maxCostUsd`: max, cost, usd. An s at the end makes no other word. */
const wordsOf = (text: string): string[] =>
  text
    .slice(0, 64)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => (word.length > 3 ? word.replace(/s$/, '') : word));

/** Whether a key of another place is the one that was typed: its plural, most of its letters, or it with a slip in a long name. */
function isThat(key: string, name: string): boolean {
  const [typed, wanted] = [plainKey(key.slice(0, 64)), plainKey(name)];
  if (`${typed}s` === wanted || typed === `${wanted}s`) return true;
  const part = typed.length >= 6 && wanted.includes(typed);
  const allowed = part ? wanted.length / 3 : wanted.length >= 8 ? wanted.length / 5 : 0;
  return editDistance(typed, wanted) <= allowed;
}
