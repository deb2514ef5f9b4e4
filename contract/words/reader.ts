/**
 * Reads one value of what came from outside: answers it as it may be used, of bounded size; undefined when it is none. Whatever
 * the value is, a reader throws nothing.
 */
export type Reader<T> = (value: unknown) => T | undefined;

interface Field<T> {
  read: Reader<T>;
  /** What stands for one that is missing or cannot be read. `none`: the whole document is none; `left out`: it is left out. */
  otherwise: { value: T } | 'none' | 'left out';
}

/** A field without which the document is none. */
export const needed = <T>(read: Reader<T>): Field<T> & { otherwise: 'none' } => ({ read, otherwise: 'none' });

/** A field that is left out where it cannot be read. */
export const perhaps = <T>(read: Reader<T>): Field<T> & { otherwise: 'left out' } => ({ read, otherwise: 'left out' });

/** A field that counts as `value` where it cannot be read. */
export const orElse = <T>(read: Reader<T>, value: T): Field<T> & { otherwise: { value: T } } => ({
  read,
  otherwise: { value },
});

/** How each key of `T` is read: one that `T` may lack by {@link perhaps}, any other by one of the other two. */
export type Fields<T> = {
  [K in keyof T]-?: object extends Pick<T, K>
    ? Field<Exclude<T[K], undefined>> & { otherwise: 'left out' }
    : Field<T[K]> & { otherwise: 'none' | { value: T[K] } };
};

/** A JSON object, or nothing. */
export const asDocument = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;

/**
 * An object of these fields; others are dropped.
 * @param unread gets the names of those that are there and cannot be read
 */
export function readFields<T>(fields: Fields<T>, value: unknown, unread: string[] = []): T | undefined {
  const document = asDocument(value);
  if (!document) return undefined;
  const read: Record<string, unknown> = {};
  for (const [name, field] of Object.entries<Field<unknown>>(fields)) {
    const said = Object.hasOwn(document, name) ? document[name] : undefined;
    const one = said === undefined ? undefined : field.read(said);
    if (one === undefined && said !== undefined) unread.push(name);
    if (one !== undefined) read[name] = one;
    else if (field.otherwise === 'none') return undefined;
    else if (field.otherwise !== 'left out') read[name] = field.otherwise.value;
  }
  return read as T;
}

/** {@link readFields}, as a reader. */
export const shape =
  <T>(fields: Fields<T>): Reader<T> =>
  (value) =>
    readFields(fields, value);

/** Half a surrogate pair: no encoding of text has one, and who sends it is cut off. */
export const wellFormed = (value: string): string => value.replace(/\p{Cs}/gu, '\ufffd');

/** Text of at most `max` characters; a longer one loses its end. */
export const text =
  (max: number): Reader<string> =>
  (value) => {
    if (typeof value !== 'string') return undefined;
    return wellFormed(value.length <= max ? value : `${value.slice(0, max - 1)}…`);
  };

/** Text of at most `max` characters; a longer one loses its beginning. */
export const lastText =
  (max: number): Reader<string> =>
  (value) => {
    if (typeof value !== 'string') return undefined;
    return wellFormed(value.length <= max ? value : `…${value.slice(1 - max)}`);
  };

/** Text that means nothing when it is cut: one that is longer is none. */
export const wholeText =
  (max: number): Reader<string> =>
  (value) =>
    typeof value === 'string' && value.length <= max && wellFormed(value) === value ? value : undefined;

export const integer =
  (min = 0, max = Number.MAX_SAFE_INTEGER): Reader<number> =>
  (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max ? value : undefined;

/** Any finite number. */
export const finite: Reader<number> = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

export const flag: Reader<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);

/** A flag that is there or not. */
export const yes: Reader<true> = (value) => (value === true ? true : undefined);

export const oneOf =
  <T extends string>(...known: readonly T[]): Reader<T> =>
  (value) =>
    known.find((one) => one === value);

export const orNull =
  <T>(read: Reader<T>): Reader<T | null> =>
  (value) =>
    value === null ? null : read(value);

/** The first `max` items that can be read. */
export const list =
  <T>(read: Reader<T>, max: number): Reader<T[]> =>
  (value) => {
    if (!Array.isArray(value)) return undefined;
    const items: T[] = [];
    for (const item of value as unknown[]) {
      if (items.length === max) break;
      const one = read(item);
      if (one !== undefined) items.push(one);
    }
    return items;
  };

/** The first `max` entries that can be read, of names of at most `longest` characters. */
export const record =
  <T>(read: Reader<T>, max: number, longest: number): Reader<Record<string, T>> =>
  (value) => {
    const document = asDocument(value);
    if (!document) return undefined;
    const entries: [string, T][] = [];
    for (const name of Object.keys(document)) {
      if (entries.length === max) break;
      const one = name.length <= longest && wellFormed(name) === name ? read(document[name]) : undefined;
      if (one !== undefined) entries.push([name, one]);
    }
    // Defines own keys: a hostile `__proto__` stays one.
    return Object.fromEntries(entries);
  };
