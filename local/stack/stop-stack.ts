import path from 'node:path';
import type { StackState } from '../../contract';
import { withStackLockedIfThere } from './home/stack-lock';
import { readState, removeState } from './home/state';
import { endProcess, isOurs } from './machine/processes';
import { GUARD_MARK } from './parts/guarded';
import { type OnStage, staged } from './progress';

/** What a part's command line contains, so that a process id that was given to somebody else since is left alone. */
export function marks(home: string, { worker, cloud, temporal }: StackState): Mark[] {
  const found: Mark[] = [];
  if (worker) {
    const { pid, guard } = worker;
    found.push({ name: 'worker', pid, guard, mark: path.join('worker', 'main.js') });
  }
  found.push({ name: 'local cloud', pid: cloud.pid, guard: cloud.guard, mark: cloud.dir });
  const { pid, guard } = temporal;
  if (pid !== null) found.push({ name: 'temporal', pid, guard, mark: path.join(home, 'temporal') });
  return found;
}

export interface Mark {
  name: string;
  pid: number;
  guard: number | undefined;
  mark: string;
}

/**
 * Ends the servers of this home, the worker first (it hands its supervisions over), and removes the state file. What runs
 * had stored (Temporal's database, S3 objects) stays. Waits for whoever starts or stops it now.
 */
export async function stopStack(home: string, options: { onStage?: OnStage } = {}): Promise<void> {
  // A home that was removed is not made again for its lock.
  if (await readState(home)) await withStackLockedIfThere(home, () => stopLocked(home, options));
}

/** The same for who holds the lock of the stack. */
export async function stopLocked(home: string, options: { onStage?: OnStage } = {}): Promise<void> {
  const state = await readState(home);
  if (!state) return;
  for (const { name, pid, mark } of marks(home, state)) {
    if (!(await isOurs(pid, mark))) continue;
    await staged(
      name,
      options.onStage,
      () => endProcess(pid),
      () => 'stopped',
    );
  }
  // They end with their servers; one that is still there after that is not to stay.
  for (const { guard } of marks(home, state)) await endGuard(guard);
  await removeState(home);
}

/** Undefined: of a part that has none, from an older release. */
export async function endGuard(guard: number | undefined): Promise<void> {
  if (guard !== undefined && (await isOurs(guard, GUARD_MARK))) await endProcess(guard);
}

/** Ends processes one after the other. */
export async function endParts(pids: number[]): Promise<void> {
  for (const pid of pids) await endProcess(pid);
}
