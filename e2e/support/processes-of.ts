import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that has to do with a home, by its command line or its environment. */
export interface ProcessOf {
  pid: number;
  ppid: number;
  args: string;
}

/** Every process of this machine that was started for a home, zombies and this one left out. */
export function processesOf(home: string): ProcessOf[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name): ProcessOf[] => {
      try {
        const args = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const of = args + readFileSync(`/proc/${name}/environ`, 'utf8');
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
        const [state, ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return of.includes(home) && state !== 'Z' ? [{ pid: Number(name), ppid: Number(ppid), args }] : [];
      } catch {
        // Ended meanwhile.
        return [];
      }
    });
}

/** Waits until no process of a home that fits is left; says which are when the test's time is up. */
export async function untilNone(home: string, fits: (process: ProcessOf) => boolean = () => true): Promise<void> {
  const until = Date.now() + 90_000;
  for (;;) {
    const left = processesOf(home).filter(fits);
    if (left.length === 0) return;
    if (Date.now() > until) throw new Error(`left: ${left.map(({ pid, args }) => `${pid} ${args}`).join('\n')}`);
    await sleep(100);
  }
}
