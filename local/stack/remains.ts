import type { StackState } from '../../contract';
import { endProcess, isOurs } from './machine/processes';
import type { StackStatus } from './status';
import { marks } from './stop-stack';

/** What still answers of a stack that is half dead. */
export interface Alive {
  /** As it was written; undefined when nothing of it lives. */
  state?: StackState;
  temporal?: StackState['temporal'];
  cloud?: StackState['cloud'];
  worker?: StackState['worker'];
}

/** Ends the parts that live and do not answer: their ports are needed. Answers what stays. */
export async function endHanging(home: string, { state, parts }: StackStatus): Promise<Alive> {
  if (!state) return {};
  const up = new Set(parts.filter((part) => part.up).map((part) => part.name));
  for (const { name, pid, mark } of marks(home, state)) {
    if (!up.has(name) && (await isOurs(pid, mark))) await endProcess(pid);
  }
  if (up.size === 0) return {};
  return {
    state,
    ...(up.has('temporal') && { temporal: state.temporal }),
    ...(up.has('local cloud') && { cloud: state.cloud }),
    ...(up.has('worker') && { worker: state.worker }),
  };
}

/** The worker that lives, unless the servers are no longer where it looks for them: then it is ended. */
export async function keptWorker(
  { state, worker }: Alive,
  now: Pick<StackState, 'temporal' | 'cloud'>,
): Promise<NonNullable<StackState['worker']> | undefined> {
  if (!state || !worker) return undefined;
  const same =
    now.temporal.address === state.temporal.address &&
    now.cloud.url === state.cloud.url &&
    now.cloud.accessKeyId === state.cloud.accessKeyId;
  if (same) return worker;
  await endProcess(worker.pid);
  return undefined;
}
