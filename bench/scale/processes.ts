import { readdirSync, readFileSync } from 'node:fs';

/** Of one server, with the processes that it has started. */
export interface Load {
  /** Memory of its own and its share of what is shared. MB. */
  mb: number;
  /** Processor time since its start. Seconds. */
  cpu: number;
}

/** Ticks of `/proc/PID/stat` a second: fixed on Linux. */
const HERTZ = 100;

/** Undefined where the system does not tell (anything but Linux), or the process is gone. */
export function loadOf(pid: number): Load | undefined {
  try {
    const all = [pid, ...descendantsOf(pid)];
    const times = all.map((one) => timesOf(one, one === pid));
    return { mb: sum(all.map(megabytesOf)), cpu: sum(times) };
  } catch {
    return undefined;
  }
}

const sum = (values: number[]): number => values.reduce((all, one) => all + one, 0);

/** Fields of `/proc/PID/stat` after the name, which may hold blanks. */
function statOf(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** utime, stime; of the first one also those of its children that have ended. */
function timesOf(pid: number, first: boolean): number {
  try {
    return (
      sum(
        statOf(pid)
          .slice(11, first ? 15 : 13)
          .map(Number),
      ) / HERTZ
    );
  } catch (error) {
    if (first) throw error;
    // It has ended meanwhile, and is now in what the first one says.
    return 0;
  }
}

function megabytesOf(pid: number): number {
  try {
    const pss = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    return Number(pss ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function descendantsOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const parent = Number(statOf(Number(name))[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It has ended meanwhile.
    }
  }
  const of = (one: number): number[] => (children.get(one) ?? []).flatMap((child) => [child, ...of(child)]);
  return of(pid);
}

const EVERY_MS = 2_000;

/** Looks at processes until it is stopped, and keeps the most memory that each had. */
export class Watch {
  readonly peaks: Record<string, number> = {};
  readonly #timer: NodeJS.Timeout;

  /** @param pids - by name; each is looked at with all that it has started */
  constructor(private readonly pids: Record<string, number>) {
    this.#timer = setInterval(() => this.look(), EVERY_MS);
  }

  /** Now; a server that the system tells nothing of is left out. */
  look(): Record<string, Load> {
    const seen: Record<string, Load> = {};
    for (const [name, pid] of Object.entries(this.pids)) {
      const load = loadOf(pid);
      if (!load) continue;
      seen[name] = load;
      this.peaks[name] = Math.max(this.peaks[name] ?? 0, load.mb);
    }
    return seen;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
