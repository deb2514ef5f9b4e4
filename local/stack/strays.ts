import path from 'node:path';
import { isLost } from './home/lost';
import { isLockedByAnother } from './home/stack-lock';
import { readState } from './home/state';
import { isSame, ownProcesses, type SeenProcess } from './machine/process-table';
import { endProcess } from './machine/processes';
import { GUARD_MARK } from './parts/guarded';
import { HOME_MARK } from './parts/start-part';

/** A process of a stack that no stack knows any more. */
export interface Stray {
  pid: number;
  started: string;
  what: 'worker' | 'temporal' | 'local cloud' | 'guard' | 'host';
  /** The home that it was started for. */
  home: string;
  /** Whether that is gone; else it is there, and knows nothing of the process. */
  lost: boolean;
}

/** In which they are ended: a worker hands over, a cloud ends its hosts, and guards end by themselves. */
const ORDER: Stray['what'][] = ['worker', 'temporal', 'local cloud', 'host', 'guard'];

/**
 * What is left of stacks whose home is gone, and what belongs to `home` without being of its stack. Only what is surely a stack's: by
 * its command line and its environment, of this user, and by its own view of the file system. Nothing of `home` while somebody else
 * starts or stops its stack: what has just been started is not written down yet. Empty where there is no /proc.
 */
export async function findStrays(home: string): Promise<Stray[]> {
  const before = isLockedByAnother(home);
  const known = await knownTo(home);
  const all = ownProcesses();
  const changing = before || isLockedByAnother(home);
  return all
    .flatMap((seen): Stray[] => {
      const of = ofStack(seen);
      if (!of) return [];
      const { pid, started } = seen;
      const view = { root: `/proc/${pid}/root`, cwd: `/proc/${pid}/cwd` };
      const lost = isLost(view, of.home, of.what === 'host');
      const stray = lost || (of.home === home && !changing && !known(pid, of.what));
      // Of one that has ended since nothing is there, too.
      return stray && isSame(seen) ? [{ pid, started, ...of, lost }] : [];
    })
    .sort((a, b) => ORDER.indexOf(a.what) - ORDER.indexOf(b.what));
}

/** `temporal (pid 12) of /home/x, which is gone`, for people. */
export const strayWords = ({ what, pid, home, lost }: Stray): string =>
  `${what} (pid ${pid}) of ${home}, ${lost ? 'which is gone' : 'which knows nothing of it'}`;

/** Ends them, and answers with those that were still there. */
export async function endStrays(strays: readonly Stray[]): Promise<Stray[]> {
  const ended: Stray[] = [];
  for (const stray of strays) {
    // A pid is given to others: what has ended since is not looked for again.
    if (!isSame(stray)) continue;
    await endProcess(stray.pid, 10);
    ended.push(stray);
  }
  return ended;
}

/** Which part of which home's stack a process is, from what it was started with. */
export function ofStack({ args, env }: Pick<SeenProcess, 'args' | 'env'>): Pick<Stray, 'what' | 'home'> | undefined {
  const mark = env.get(HOME_MARK);
  const root = env.get('TRAINCTL_HOST_ROOT');
  const onHost = root && env.has('TRAINCTL_LOCAL_HOST') ? /^(\/.+)\/cloud\/hosts\/i-[0-9a-f]+\/root$/.exec(root) : null;
  if (onHost?.[1]) return { what: 'host', home: onHost[1] };
  // The first process of a host has no root yet.
  const init = env.has('TRAINCTL_LOCAL_HOST') ? args.find((arg) => arg.endsWith('/cloud/host_init')) : undefined;
  if (init) return { what: 'host', home: init.slice(0, -'/cloud/host_init'.length) };
  const split = args.indexOf('--');
  if (mark && split > 0 && args.slice(0, split).some((arg) => path.basename(arg) === GUARD_MARK))
    return { what: 'guard', home: mark };
  const database = args.find((arg) => arg.startsWith('--db-filename='))?.slice('--db-filename='.length);
  if (args.includes('start-dev') && database && args.some((arg) => arg.startsWith('TrainctlOutcome='))) {
    const home = mark ?? /^(\/.+)\/temporal\/temporal\.db$/.exec(database)?.[1];
    return home === undefined ? undefined : { what: 'temporal', home };
  }
  const main = (file: string): boolean => args.slice(0, 3).some((arg) => arg.endsWith(path.join('/', file)));
  const dir = args[args.indexOf('--dir') + 1];
  if (main('local/cloud/main.js') && dir?.endsWith('/cloud')) return { what: 'local cloud', home: path.dirname(dir) };
  return mark && main('worker/main.js') ? { what: 'worker', home: mark } : undefined;
}

/** Of this home's own stack: its servers and their guards as written down, and hosts as long as there is a cloud. */
async function knownTo(home: string): Promise<(pid: number, what: Stray['what']) => boolean> {
  const state = await readState(home);
  const parts = state ? [state.temporal, state.cloud, ...(state.worker ? [state.worker] : [])] : [];
  const pids = new Set(parts.flatMap(({ pid, guard }) => [pid, guard]));
  const cloud = ownProcesses().some((seen) => seen.pid === state?.cloud.pid && ofStack(seen)?.what === 'local cloud');
  return (pid, what) => (what === 'host' ? cloud : pids.has(pid));
}
