import type { StackState } from '../../contract';
import { readState, type StoredStack } from './home/state';
import { isSame, type Named, self } from './machine/process-table';
import { endProcess, hasEnded, isAlive, isOurs } from './machine/processes';
import { GUARD_MARK } from './parts/guarded';
import type { Part } from './parts/start-part';
import type { StackStatus } from './status';
import { endGuard, marks } from './stop-stack';

/** What still answers of a stack that is half dead. */
export interface Alive {
  /** As it was written; undefined when nothing of it lives. */
  state?: StoredStack;
  temporal?: StackState['temporal'];
  cloud?: StackState['cloud'];
  worker?: StackState['worker'];
}

/** In which a guard that is at work has ended its server, by KILL at last. */
const GUARD_SECONDS = 20;

/**
 * Ends the parts whose starter is gone and which were not to outlive it: their guards are ending them, and for some seconds they still
 * answer as if they stayed. Returns when they are gone.
 */
export async function endDying(home: string): Promise<void> {
  const state = await readState(home);
  for (const { name, pid, guard, mark } of state ? marks(home, state) : []) {
    const starter = state?.starters?.[name];
    if (!starter || lives(starter)) continue;
    // Told once by its guard: a worker that is told twice hands nothing over.
    const told = guard !== undefined && (await isOurs(guard, GUARD_MARK));
    const ended = told && (await hasEnded(pid, GUARD_SECONDS));
    if (!ended && (await isOurs(pid, mark))) await endProcess(pid);
    await endGuard(guard);
  }
}

/** Whose the parts are: of what lived before as it was, and of what this process has started its own, until that is kept. */
export function startersOf(alive: Alive, started: Part[], kept: boolean): Pick<StoredStack, 'starters'> {
  const names = started.map(({ name }) => name);
  const before = Object.entries(alive.state?.starters ?? {}).filter(([name]) => !names.includes(name));
  const mine = kept ? [] : names.map((name): [string, Named] => [name, self()]);
  return before.length + mine.length === 0 ? {} : { starters: Object.fromEntries([...before, ...mine]) };
}

const lives = ({ pid, started }: Named): boolean => (started === undefined ? isAlive(pid) : isSame({ pid, started }));

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
