import type { Filter } from '@aws-sdk/client-ec2';
import type { InstanceQuery } from './types';

/** EC2 takes at most 200 values in one filter. */
const FILTER_VALUES = 200;

/** What carries all of these tags. */
export const tagFilters = (tags: Record<string, string>): Filter[] => {
  const filters = Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [literal(value)] }));
  if (filters.length === 0) throw new Error('a query without tags would read the whole account');
  return filters;
};

/** `*`, `?` and `\` have a meaning in filter values. */
export const literal = (value: string): string => value.replace(/[\\*?]/g, '\\$&');

/** One call for each: EC2 takes at most so many values in a filter. */
export function* instanceFilters(query: InstanceQuery): Generator<Filter[]> {
  if (!query.ids && !query.tags && !query.clientTokens) {
    throw new Error('a query without ids, tags or client tokens would read the whole account');
  }
  const fixed: Filter[] = query.tags ? tagFilters(query.tags) : [];
  if (query.states) fixed.push({ Name: 'instance-state-name', Values: query.states });
  for (const ids of chunks(query.ids)) {
    for (const tokens of chunks(query.clientTokens)) {
      yield [
        ...fixed,
        ...(ids ? [{ Name: 'instance-id', Values: ids }] : []),
        ...(tokens ? [{ Name: 'client-token', Values: tokens }] : []),
      ];
    }
  }
}

/** No list: once, without that filter. An empty list matches nothing. */
function* chunks(values: string[] | undefined): Generator<string[] | undefined> {
  if (!values) yield undefined;
  for (let i = 0; values && i < values.length; i += FILTER_VALUES) yield values.slice(i, i + FILTER_VALUES);
}
