import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { runCommand } from './run-command';

/** Whether a process of that id exists, ours or not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** TERM, and KILL after `graceSeconds`; returns when the process is gone. A process that is not ours to end is left. */
export async function endProcess(pid: number, graceSeconds = 20): Promise<void> {
  if (!signal(pid, 'SIGTERM')) return;
  const until = Date.now() + graceSeconds * 1000;
  while (isAlive(pid) && !(await isZombie(pid))) {
    if (Date.now() > until) {
      signal(pid, 'SIGKILL');
      await delay(100);
      continue;
    }
    await delay(30);
  }
}

/** Whether `pid` is still the process that was started with `marker` in its command line, and not a later one. */
export async function isOurs(pid: number, marker: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const { code, stdout } = await runCommand('ps', ['-ww', '-o', 'stat=,command=', '-p', String(pid)], {
    timeoutSeconds: 10,
  });
  if (code === 127) return true; // No ps: the id is all there is to go by.
  return code === 0 && stdout.includes(marker) && !stdout.trimStart().startsWith('Z');
}

async function isZombie(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return /\) Z /.test(stat);
}

function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}
