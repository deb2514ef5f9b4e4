import type { Command } from 'commander';
import { runWord, shownId } from '../../../contract';
import { type RunHandle, TrainctlError } from '../..';
import { action, type CommandContext, examples, withJson } from '../shared/command';
import { OPEN_RUN, runAsked } from '../shared/run-asked';
import { withClient } from '../shared/session';
import { canAsk, confirm } from '../terminal/ask';
import { waitQuietly } from '../watch/wait';

interface StopFlags {
  now?: boolean;
  cancel?: boolean;
  wait?: boolean;
}

export function register(command: Command): void {
  withJson(command)
    .argument('[run]', OPEN_RUN)
    .option('--now', 'no grace, no last checkpoint')
    .option('--cancel', 'use Temporal’s own cancel, which is recorded even when no worker is there')
    .option('--wait', 'wait until it has ended; exits with its code')
    .action(
      action(async (context, asked: string | undefined, flags: StopFlags) => {
        return withClient(context, async (client) =>
          stop(context, await runAsked(context, client, asked, { open: true, forGood: true }), flags),
        );
      }),
    );
  examples(command, [
    ['trainctl stop digits-7k2f', 'TERM, a last checkpoint, the outputs, then the end'],
    ['trainctl stop digits-7k2f --now', 'the end at once'],
  ]);
}

/** `trainctl stop`. Without a worker nobody can take the order: Temporal's own cancel is offered instead. */
async function stop(context: CommandContext, handle: RunHandle, flags: StopFlags): Promise<number> {
  const { out } = context;
  const mode = flags.now ? 'now' : 'graceful';
  let how = mode as string;
  if (flags.cancel) {
    await handle.cancel();
    how = 'cancel';
  } else {
    try {
      await handle.stop({ mode });
    } catch (error) {
      if (!(error instanceof TrainctlError) || error.code !== 'no-worker') throw error;
      const instead = `start a worker (trainctl worker), or let Temporal record it: trainctl stop ${runWord(handle.run)} --cancel`;
      if (!canAsk()) throw new TrainctlError('no-worker', error.message, { next: instead, cause: error });
      out.note(error.message);
      if (!(await confirm('Ask Temporal itself to cancel it? It ends once a worker is back.', instead)))
        return error.exitCode;
      await handle.cancel();
      how = 'cancel';
    }
  }
  if (flags.wait) return waitQuietly(context, handle);
  if (out.json) out.value({ run: handle.run, asked: how });
  else
    out.line(
      `${shownId(handle.run)} ${how === 'cancel' ? 'will be cancelled' : 'is stopping'}: trainctl status ${runWord(handle.run)} --wait`,
    );
  return 0;
}
