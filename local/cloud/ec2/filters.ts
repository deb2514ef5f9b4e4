import { errors } from './protocol/errors';
import type { Params } from './protocol/params';

type Value = string | number | boolean | Date | undefined;

/** Filter name → the values of an entity that it is compared with; undefined ones never match. */
export type FilterTable<T> = Record<string, (entity: T) => Value | Value[]>;

interface Tagged {
  tags: ReadonlyMap<string, string>;
}

/** The tag filters that every taggable resource has. */
function tagValues(name: string, entity: Tagged): string[] | undefined {
  if (name === 'tag-key') return [...entity.tags.keys()];
  if (name === 'tag-value') return [...entity.tags.values()];
  if (!name.startsWith('tag:')) return undefined;
  const value = entity.tags.get(name.slice(4));
  return value === undefined ? [] : [value];
}

/**
 * Keeps what all filters match: AND between filters, OR within one, case-sensitive, with `*`, `?` and `\`.
 * @throws Ec2Error for a filter that the table does not have, even when there is nothing to filter.
 */
export function applyFilters<T>(params: Params, table: FilterTable<T>, entities: readonly T[]): T[] {
  const filters = params.structs('Filter').map((filter) => {
    const name = filter.required('Name');
    const read = Object.hasOwn(table, name) ? table[name] : undefined;
    const isTag = name === 'tag-key' || name === 'tag-value' || name.startsWith('tag:');
    if (!read && !(isTag && TAGGED.has(table))) throw errors.invalidValue(`The filter '${name}' is invalid`);
    return { name, read, patterns: filter.list('Value').map(compileWildcard) };
  });
  return entities.filter((entity) =>
    filters.every(({ name, read, patterns }) => {
      const found = read ? read(entity) : tagValues(name, entity as T & Tagged);
      const values = Array.isArray(found) ? found : [found];
      return values.some((value) => value !== undefined && patterns.some((pattern) => pattern.test(asText(value))));
    }),
  );
}

const TAGGED = new WeakSet<object>();

/** Marks a table whose entities have tags. */
export function tagged<T extends Tagged>(table: FilterTable<T>): FilterTable<T> {
  TAGGED.add(table);
  return table;
}

const asText = (value: string | number | boolean | Date): string =>
  value instanceof Date ? value.toISOString() : String(value);

/** `*` is any run, `?` one character or none, `\` takes the next character as it is. */
export function compileWildcard(pattern: string): RegExp {
  let source = '';
  for (let index = 0; index < pattern.length; index++) {
    const char = pattern.charAt(index);
    if (char === '*') source += '.*';
    else if (char === '?') source += '.?';
    else if (char === '\\' && index + 1 < pattern.length) {
      index += 1;
      source += escapeRegExp(pattern.charAt(index));
    } else source += escapeRegExp(char);
  }
  return new RegExp(`^${source}$`, 's');
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
