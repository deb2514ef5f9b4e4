import { applyFilters, type FilterTable } from './filters';
import { type Paged, page } from './paging';
import type { Ec2Error } from './protocol/errors';
import type { Params } from './protocol/params';

/** A Describe call of the VPC family: ids, filters, pages. */
export interface Listing<T> {
  kind: Paged;
  idParameter: string;
  id(entity: T): string;
  entities: readonly T[];
  filters: FilterTable<T>;
  missing(id: string): Ec2Error;
}

/** One page of what is named by id and passes the filters. */
export function list<T>(params: Params, listing: Listing<T>): { items: T[]; nextToken: string | undefined } {
  const ids = params.list(listing.idParameter);
  const missing = ids.find((id) => !listing.entities.some((entity) => listing.id(entity) === id));
  if (missing !== undefined) throw listing.missing(missing);
  const named = listing.entities.filter((entity) => ids.length === 0 || ids.includes(listing.id(entity)));
  return page(params, listing.kind, applyFilters(params, listing.filters, named), listing.id, ids.length > 0);
}
