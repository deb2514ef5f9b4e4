import { hostname } from 'node:os';
import { processSpace, readIdentity } from '../../adapters/settings';

/** Of `DescribeTaskQueue`: who has polled a queue in the last minutes. */
export interface SeenPoller {
  identity?: string | null;
  lastAccessTime?: { seconds?: unknown; nanos?: number | null } | null;
}

export interface Poller {
  identity: string;
  /** Seconds since it asked for work last; undefined: Temporal does not say. */
  ago: number | undefined;
  /** It asks for work. Else Temporal only remembers it, which it does for five minutes. */
  alive: boolean;
  /** Its process is not on this machine any more, where it was, and it has not asked for 5 s. */
  ended: boolean;
}

/** A poll that finds nothing is answered after 60 s, and the next one follows at once; the rest is for a busy machine. */
const SILENT_SECONDS = 75;
/** Whoever asked that lately is there. On systems that do not say where they number their processes a container cannot be told from them. */
const LATELY_SECONDS = 5;

/** What can be known here of processes: workers call themselves PID@HOST#SPACE (`processIdentity`). */
export interface Here {
  host: string;
  /** Where its processes are numbered: a container with the host's name and network counts those of its own. */
  space?: string | undefined;
  isAlive(pid: number): boolean;
}

/** What this process knows. One that it may not ask is there. */
export const THIS_MACHINE: Here = {
  host: hostname(),
  space: processSpace(),
  isAlive: (pid) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  },
};

/** The pollers of a queue, those that are alive first. */
export function pollersOf(seen: readonly SeenPoller[], now: Date, here: Here): Poller[] {
  return seen
    .map(({ identity, lastAccessTime }): Poller => {
      const name = identity || 'unknown';
      const last = lastAccessTime ? Number(lastAccessTime.seconds ?? 0) + (lastAccessTime.nanos ?? 0) / 1e9 : undefined;
      const ago = last === undefined ? undefined : Math.max(0, now.getTime() / 1000 - last);
      const ended = ago !== undefined && ago > LATELY_SECONDS && isGone(name, here);
      return { identity: name, ago, ended, alive: !ended && (ago === undefined || ago <= SILENT_SECONDS) };
    })
    .sort((a, b) => Number(b.alive) - Number(a.alive) || (a.ago ?? 0) - (b.ago ?? 0));
}

/** Known only of processes that are numbered as those of this one: of another container, or an older worker that says nothing of it, it is not. */
function isGone(identity: string, { host, space, isAlive }: Here): boolean {
  const who = readIdentity(identity);
  return who !== undefined && who.host === host && who.space === space && !isAlive(who.pid);
}
