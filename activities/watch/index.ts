import type { Ec2 } from '../../adapters/aws';
import type { RunRef } from '../../contract';
import type { Watchers } from './types';
import { RegionWatcher, type WatchOptions } from './watcher';

export { announcedAction } from './announced';
export { isLost, lossInWords } from './loss';
export * from './types';
export type { WatchOptions } from './watcher';

/** Watchers of the instances of one installation in one Temporal namespace, a region each. They poll only when asked. */
export function createWatchers(
  ec2: Ec2,
  owner: Pick<RunRef, 'installation' | 'namespaceId'>,
  options: Partial<WatchOptions> = {},
): Watchers {
  const watchers = new Map<string, RegionWatcher>();
  return {
    in(region) {
      const known = watchers.get(region) ?? new RegionWatcher(ec2.in(region), owner, options);
      watchers.set(region, known);
      return known;
    },
    close() {
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}
