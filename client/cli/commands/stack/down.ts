import { homeDir, loadSettings, readStackState } from '../../../../adapters/settings';
import { type StackState, shownId } from '../../../../contract';
import { stopStack } from '../../../../local/stack';
import { messageOf, TrainctlError } from '../../..';
import type { CommandContext } from '../../shared/command';
import { openClient } from '../../shared/session';
import { withoutOtherServers } from '../../shared/stack-environment';
import { count } from '../../terminal/format';
import { StageList } from '../../terminal/stage-list';

/** `trainctl stack down`. */
export async function stackDown(context: CommandContext, flags: { force?: boolean }): Promise<number> {
  const { out } = context;
  const home = homeDir(context.env);
  const state = readStackState(home);
  if (!state) {
    if (out.json) out.value({ stopped: false });
    else out.line('no stack is up');
    return 0;
  }
  if (!flags.force) {
    const open = await openRuns(context.env, state).catch((error: unknown) => {
      throw new TrainctlError('unavailable', `whether runs are open is not known: ${messageOf(error)}`, {
        next: 'trainctl stack up --detach mends it; trainctl stack down --force stops what is left of it',
        cause: error,
      });
    });
    if (open.count > 0) {
      const named = open.some.join(', ') + (open.count > open.some.length ? ', …' : '');
      throw new TrainctlError('refused', `${count(open.count, 'run is', 'runs are')} open: ${named}`, {
        next: 'trainctl stop RUN, or: trainctl stack down --force, and they go on when it is up again',
      });
    }
  }
  const stages = new StageList(out);
  await stopStack(home, { onStage: (stage) => stages.on(stage) }).finally(() => stages.end());
  if (out.json) out.value({ stopped: true });
  return 0;
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
