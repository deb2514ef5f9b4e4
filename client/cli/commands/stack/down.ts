import { homeDir, loadSettings, readStackState } from '../../../../adapters/settings';
import { type StackState, shownId } from '../../../../contract';
import {
  endStrays,
  findStrays,
  type Stray,
  stopLocked,
  strayWords,
  withStackLockedIfThere,
} from '../../../../local/stack';
import { messageOf, TrainctlError } from '../../..';
import type { CommandContext } from '../../shared/command';
import { openClient } from '../../shared/session';
import { withoutOtherServers } from '../../shared/stack-environment';
import { count } from '../../terminal/format';
import { StageList } from '../../terminal/stage-list';

interface Flags {
  force?: boolean;
  leftovers?: boolean;
}

/** `trainctl stack down`: waits for whoever starts or stops it now. */
export function stackDown(context: CommandContext, flags: Flags): Promise<number> {
  const home = homeDir(context.env);
  return withStackLockedIfThere(
    home,
    () => down(context, home, flags),
    (pid) => context.out.note(`waiting for process ${pid}, which is starting or stopping the stack`),
  );
}

async function down({ out, env }: CommandContext, home: string, flags: Flags): Promise<number> {
  const state = readStackState(home);
  const strays = await findStrays(home);
  const own = strays.filter(({ lost }) => !lost);
  const ended: Stray[] = [];
  const end = async (those: Stray[]): Promise<void> => {
    for (const stray of await endStrays(those)) {
      ended.push(stray);
      if (!out.json) out.line(`ended what was left over: ${strayWords(stray)}`);
    }
  };
  // What becomes of the stack is nothing to those whose home is gone.
  await end(strays.filter(({ lost }) => lost));
  if (!state && own.length > 0 && !flags.force) {
    const named = own.map(strayWords).join('; ');
    throw new TrainctlError('refused', `no stack is up, and whether runs are open is not known: ${named}`, {
      next: 'trainctl stack down --force ends what is left of it',
    });
  }
  const stops = state !== undefined && !flags.leftovers;
  if (stops) {
    if (!flags.force) await refuseOpenRuns(env, state);
    const stages = new StageList(out);
    await stopLocked(home, { onStage: (stage) => stages.on(stage) }).finally(() => stages.end());
  }
  // What the stack still knew is gone with it by now.
  await end(own);
  if (out.json) {
    const left = ended.map(({ pid, what, home: of }) => ({ pid, what, home: of }));
    out.value({ stopped: stops, ...(left.length > 0 ? { ended: left } : {}) });
  } else if (flags.leftovers && ended.length === 0) out.line('nothing is left over');
  else if (!state) out.line('no stack is up');
  return 0;
}

/** @throws TrainctlError where runs are open, or nobody can say. */
async function refuseOpenRuns(env: NodeJS.ProcessEnv, state: StackState): Promise<void> {
  const open = await openRuns(env, state).catch((error: unknown) => {
    throw new TrainctlError('unavailable', `whether runs are open is not known: ${messageOf(error)}`, {
      next: 'trainctl stack up --detach mends it; trainctl stack down --force stops what is left of it',
      cause: error,
    });
  });
  if (open.count === 0) return;
  const named = open.some.join(', ') + (open.count > open.some.length ? ', …' : '');
  throw new TrainctlError('refused', `${count(open.count, 'run is', 'runs are')} open: ${named}`, {
    next: 'trainctl stop RUN, or: trainctl stack down --force, and they go on when it is up again',
  });
}

/** Asks this stack's own Temporal, whatever other server the shell names. */
async function openRuns(env: NodeJS.ProcessEnv, { temporal }: StackState): Promise<{ count: number; some: string[] }> {
  const settings = loadSettings({ ...withoutOtherServers(env), TRAINCTL_CLOUD: 'local' });
  const client = await openClient({
    ...settings,
    temporal: { address: temporal.address, namespace: temporal.namespace },
  });
  try {
    const [total, some] = await Promise.all([client.countOpen(), client.list({ open: true, limit: 3 })]);
    return { count: total, some: some.map(({ run }) => shownId(run)) };
  } finally {
    await client.close();
  }
}
