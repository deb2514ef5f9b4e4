import { readdirSync, readFileSync, statSync } from 'node:fs';

/** One process for ever: a pid alone is given to others. */
export interface Named {
  pid: number;
  /** When it started, in the kernel's ticks. Absent where there is no /proc. */
  started?: string;
}

/** A process of this machine as /proc shows it. */
export interface SeenProcess extends Required<Named> {
  args: string[];
  env: ReadonlyMap<string, string>;
}

/** The processes of this user that can be looked at, this one left out. Empty where there is no /proc. */
export function ownProcesses(): SeenProcess[] {
  const uid = process.getuid?.();
  return pids().flatMap((pid) => {
    try {
      if (pid === process.pid || statSync(`/proc/${pid}`).uid !== uid) return [];
      const started = startOf(pid);
      if (started === undefined) return [];
      const args = words(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
      return [{ pid, started, args, env: variables(readFileSync(`/proc/${pid}/environ`, 'utf8')) }];
    } catch {
      // It has ended, or is not ours to look at.
      return [];
    }
  });
}

/** Whether a pid is still that process, and does not only wait to be reaped. */
export const isSame = ({ pid, started }: Pick<SeenProcess, 'pid' | 'started'>): boolean => startOf(pid) === started;

/** This process. */
export function self(): Named {
  const started = startOf(process.pid);
  return { pid: process.pid, ...(started !== undefined && { started }) };
}

/** Undefined: it has ended. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in brackets may hold anything; the state is the first field behind it, the start the 20th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function pids(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

const words = (text: string): string[] => text.split('\0').slice(0, -1);

function variables(text: string): Map<string, string> {
  return new Map(
    words(text).map((entry): [string, string] => {
      const at = entry.indexOf('=');
      return [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}
