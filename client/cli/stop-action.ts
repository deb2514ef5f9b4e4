import { type RunHandle, TrainctlError } from '..';
import { waitStatus } from './commands/status/action';
import type { CommandContext } from './shared/command';
import { canAsk, confirm } from './terminal/ask';

/** `trainctl stop`. Without a worker nobody can take the order: Temporal's own cancel is offered instead. */
export async function stop(
  context: CommandContext,
  handle: RunHandle,
  flags: { now?: boolean; cancel?: boolean; wait?: boolean },
): Promise<number> {
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
      const instead = `start a worker (trainctl worker), or let Temporal record it: trainctl stop ${handle.run} --cancel`;
      if (!canAsk()) throw new TrainctlError('no-worker', error.message, { next: instead, cause: error });
      out.note(error.message);
      if (!(await confirm('Ask Temporal itself to cancel it? It ends once a worker is back.', instead)))
        return error.exitCode;
      await handle.cancel();
      how = 'cancel';
    }
  }
  if (flags.wait) return waitStatus(context, handle);
  if (out.json) out.value({ run: handle.run, asked: how });
  else
    out.line(
      `${handle.run} ${how === 'cancel' ? 'will be cancelled' : 'is stopping'}: trainctl status ${handle.run} --wait`,
    );
  return 0;
}
