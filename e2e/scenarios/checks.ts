import { isDeepStrictEqual, types } from 'node:util';
import { StepFailure } from './scenario';

/** How much of a value a report shows, in characters. */
const SHOWN = 4000;

/** A value as a person reads it: text as it is, bytes by their number, the rest as JSON. */
export function shown(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  const text =
    typeof value === 'string'
      ? value
      : isError(value)
        ? value.message || value.name
        : (JSON.stringify(value, plain, 2) ?? String(value));
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}… (${text.length} characters)`;
}

/** Also what node itself throws where tests run: an error of another realm is no instance of ours. */
const isError = (value: unknown): value is Error => value instanceof Error || types.isNativeError(value);

/** JSON has no sets and maps, and writes undefined and NaN as nothing. */
function plain(_: string, value: unknown): unknown {
  if (value instanceof Set) return [...value];
  if (value instanceof Map) return Object.fromEntries(value);
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))) return String(value);
  return value;
}

/** @throws StepFailure unless both are deeply equal; objects by their keys, also those that are undefined. */
export function expectEqual<T>(what: string, seen: unknown, expected: T): asserts seen is T {
  if (isDeepStrictEqual(seen, expected)) return;
  if (typeof seen === 'string' && typeof expected === 'string') throw textsDiffer(what, seen, expected);
  throw new StepFailure(`${what}: not as expected`, shown(expected), shown(seen));
}

/** Of a text, so many characters before the first difference are shown, and after it. */
const BEFORE = 200;
const AFTER = 1000;

/** What is the same in long texts would hide what is not. */
function textsDiffer(what: string, seen: string, expected: string): StepFailure {
  let same = 0;
  while (same < seen.length && seen[same] === expected[same]) same++;
  const from = Math.max(0, same - BEFORE);
  const part = (text: string): string => {
    const to = same + AFTER;
    return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? `… (${text.length} characters)` : ''}`;
  };
  const where = from > 0 ? `, from character ${same} on` : '';
  return new StepFailure(`${what}: not as expected${where}`, part(expected), part(seen));
}

/** @throws StepFailure unless the condition holds. `what` is a sentence that says what must be so. */
export function expectThat(what: string, condition: boolean, seen: unknown): asserts condition {
  if (!condition) throw new StepFailure(`not so: ${what}`, what, shown(seen));
}

/** The value, if there is one. @throws StepFailure that says what is missing */
export function expectThere<T>(what: string, value: T | undefined | null, seen: unknown = 'nothing'): T {
  if (value === undefined || value === null) throw new StepFailure(`missing: ${what}`, what, shown(seen));
  return value;
}

/** @throws StepFailure unless `call` throws something whose message has this text or matches this pattern. */
export async function expectRefused(
  what: string,
  call: () => Promise<unknown>,
  message: string | RegExp,
): Promise<Error> {
  let answer: unknown;
  try {
    answer = await call();
  } catch (error) {
    const text = shown(error);
    const fits = typeof message === 'string' ? text.includes(message) : message.test(text);
    if (fits && error instanceof Error) return error;
    throw new StepFailure(`${what}: refused in other words`, String(message), text);
  }
  throw new StepFailure(`${what}: not refused`, String(message), shown(answer));
}
