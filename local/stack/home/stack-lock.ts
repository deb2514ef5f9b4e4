import { accessSync, constants, readFileSync } from 'node:fs';
import path from 'node:path';
import { exclusively } from '../machine/lock';
import { isAlive } from '../machine/processes';

const file = (home: string): string => path.join(home, 'stack.lock');

/** Nobody else starts or stops the stack of this home while `work` runs. */
export const withStackLocked = <T>(home: string, work: () => Promise<T>, onWait?: (pid: number) => void): Promise<T> =>
  exclusively(file(home), work, onWait);

/** The same for what ends things: a home that is not there, or cannot be written to, has no start to wait for, and is not made for that. */
export async function withStackLockedIfThere<T>(
  home: string,
  work: () => Promise<T>,
  onWait?: (pid: number) => void,
): Promise<T> {
  try {
    accessSync(home, constants.W_OK);
  } catch {
    return work();
  }
  return withStackLocked(home, work, onWait);
}

/** Whether another process that lives starts or stops the stack of this home: what it has started is not in the state file yet. */
export function isLockedByAnother(home: string): boolean {
  try {
    const owner = Number(readFileSync(file(home), 'utf8'));
    return owner !== process.pid && (owner === 0 || isAlive(owner));
  } catch {
    return false;
  }
}
