import type { Bucket, StoredObject } from './store';

export interface ListOptions {
  prefix: string;
  /** Empty: none. */
  delimiter: string;
  max: number;
  /** Go on after this key, or after all keys with it as prefix. */
  after?: { key: string; prefix: boolean };
}

/** A page of a listing: keys and common prefixes, each counted as one. */
export interface Page {
  objects: StoredObject[];
  prefixes: string[];
  /** The last entry of a page that is not the last. */
  next?: { key: string; prefix: boolean };
}

/** One page in S3's order. Each common prefix costs one binary search, whatever lies below it. */
export function listPage(bucket: Bucket, options: ListOptions): Page {
  const { prefix, delimiter, max, after } = options;
  const page: Page = { objects: [], prefixes: [] };
  const { keys } = bucket;
  let index = keys.from(prefix);
  if (after) index = Math.max(index, after.prefix ? keys.afterPrefix(after.key) : keys.after(after.key));
  let last: Page['next'];
  while (max > 0) {
    const key = keys.at(index);
    if (key === undefined || !key.startsWith(prefix)) return page;
    if (page.objects.length + page.prefixes.length >= max) {
      if (last) page.next = last;
      return page;
    }
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (cut >= 0) {
      const common = key.slice(0, cut + delimiter.length);
      index = keys.afterPrefix(common);
      // A marker that is a common prefix itself has shown all below it.
      if (common === after?.key) continue;
      page.prefixes.push(common);
      last = { key: common, prefix: true };
    } else {
      const object = bucket.get(key);
      if (object) page.objects.push(object);
      last = { key, prefix: false };
      index++;
    }
  }
  return page;
}
