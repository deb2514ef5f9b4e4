import type { ChildProcess } from 'node:child_process';
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

/** TERM, and KILL after so many seconds; returns when the process is gone. A process that is not ours to end is left. */
export async function endProcess(pid: number, seconds = 20): Promise<void> {
  if (!signal(pid, 'SIGTERM')) return;
  // One that was stopped would not hear it.
  signal(pid, 'SIGCONT');
  let wait = seconds;
  while (!(await hasEnded(pid, wait))) {
    signal(pid, 'SIGKILL');
    wait = 0.1;
  }
}

/** Whether the process is gone, or is so within some seconds; nothing is sent to it. */
export async function hasEnded(pid: number, withinSeconds: number): Promise<boolean> {
  const until = Date.now() + withinSeconds * 1000;
  while (isAlive(pid) && !(await isZombie(pid))) {
    if (Date.now() > until) return false;
    await delay(30);
  }
  return true;
}

/** Whether a process that this one has started has ended. */
export const childEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

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
