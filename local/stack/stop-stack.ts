import path from 'node:path';
import type { StackState } from '../../contract';
import { readState, removeState } from './home/state';
import { endProcess, isOurs } from './machine/processes';
import { type OnStage, staged } from './progress';

/** What a part's command line contains, so that a process id that was given to somebody else since is left alone. */
export const marks = (home: string, state: StackState): { name: string; pid: number; mark: string }[] => [
  ...(state.worker ? [{ name: 'worker', pid: state.worker.pid, mark: path.join('worker', 'main.js') }] : []),
  { name: 'local cloud', pid: state.cloud.pid, mark: state.cloud.dir },
  ...(state.temporal.pid === null
    ? []
    : [{ name: 'temporal', pid: state.temporal.pid, mark: path.join(home, 'temporal') }]),
];

/**
 * Ends the servers of this home, the worker first (it hands its supervisions over), and removes the state file. What runs
 * had stored (Temporal's database, S3 objects) stays.
 */
export async function stopStack(home: string, options: { onStage?: OnStage } = {}): Promise<void> {
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
  await removeState(home);
}

/** Ends processes one after the other. */
export async function endParts(pids: number[]): Promise<void> {
  for (const pid of pids) await endProcess(pid);
}
