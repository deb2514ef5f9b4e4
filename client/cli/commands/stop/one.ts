import { runWord, shownId } from '../../../../contract';
import { type RunHandle, type TrainctlClient, TrainctlError } from '../../..';
import type { CommandContext } from '../../shared/command';
import { runAsked } from '../../shared/run-asked';
import { withClient } from '../../shared/session';
import { canAsk, confirm } from '../../terminal/ask';
import { waiting } from '../../terminal/waiting';
import { waitQuietly } from '../../watch/wait';

export interface StopFlags {
  now?: boolean;
  cancel?: boolean;
  wait?: boolean;
}

/** `trainctl stop [RUN]`. */
export function stopAsked(context: CommandContext, asked: string | undefined, flags: StopFlags): Promise<number> {
  return withClient(context, async (client) =>
    stop(context, client, await runAsked(context, client, asked, { open: true, forGood: true }), flags),
  );
}

/** Without a worker nobody can take the order: Temporal's own cancel is offered instead. */
async function stop(
  context: CommandContext,
  client: TrainctlClient,
  handle: RunHandle,
  flags: StopFlags,
): Promise<number> {
  const { out } = context;
  const mode = flags.now ? 'now' : 'graceful';
  let how = mode as string;
  if (flags.cancel) {
    await handle.cancel();
    how = 'cancel';
  } else {
    try {
      await handle.stop({ mode }, waiting(out, handle.run));
    } catch (error) {
      // Nobody is there, or nobody has time: what Temporal records itself waits for neither.
      if (!(error instanceof TrainctlError) || (error.code !== 'no-worker' && error.code !== 'unavailable'))
        throw error;
      const first = error.code === 'no-worker' ? 'start a worker (trainctl worker)' : 'ask again';
      const instead = `${first}, or let Temporal record it: trainctl stop ${runWord(handle.run)} --cancel`;
      if (!canAsk()) throw new TrainctlError(error.code, error.message, { next: instead, cause: error });
      out.note(error.message);
      if (!(await confirm('Ask Temporal itself to cancel it? It ends once a worker has time for it.', instead)))
        return error.exitCode;
      await handle.cancel();
      how = 'cancel';
    }
  }
  const schedule = await scheduleThatGoesOn(client, handle.address);
  if (schedule !== undefined) out.note(goesOnWords(schedule));
  if (flags.wait) return waitQuietly(context, handle);
  if (out.json) out.value({ run: handle.run, asked: how, ...(schedule === undefined ? {} : { schedule }) });
  else
    out.line(
      `${shownId(handle.run)} ${how === 'cancel' ? 'will be cancelled' : 'is stopping'}: trainctl status ${runWord(handle.run)} --wait`,
    );
  return 0;
}

/** The Schedule that the run came of, when it will start others. That it cannot be known is no fault of a run that is stopping. */
export async function scheduleThatGoesOn(
  { schedules }: TrainctlClient,
  { schedule }: RunHandle['address'],
): Promise<string | undefined> {
  if (schedule === undefined) return undefined;
  const found = await schedules.get(schedule).catch(() => undefined);
  return found === undefined || found.paused ? undefined : schedule;
}

export const goesOnWords = (schedule: string): string =>
  `the schedule ${shownId(schedule)} goes on and starts others; keep it from that: trainctl schedule pause ${runWord(schedule)}`;
