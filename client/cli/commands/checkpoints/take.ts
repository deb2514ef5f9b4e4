import { setTimeout as delay } from 'node:timers/promises';
import { type RunHandle, type RunView, TrainctlError } from '../../..';
import type { CommandContext } from '../../shared/command';
import { runAsked } from '../../shared/run-asked';
import { withClient } from '../../shared/session';

/** `trainctl checkpoints take`. */
export function takeCheckpoint(
  context: CommandContext,
  asked: string | undefined,
  flags: { wait?: boolean },
): Promise<number> {
  return withClient(context, async (client) => {
    const handle = await runAsked(context, client, asked, { open: true });
    const before = await handle.status();
    await handle.takeCheckpoint();
    const { out } = context;
    if (!flags.wait) {
      if (out.json) out.value({ run: handle.run, asked: true });
      else out.line(`asked ${handle.run} for a checkpoint; see it with: trainctl checkpoints ls ${handle.run}`);
      return 0;
    }
    out.note('asked; it is whole when nothing has changed in its folder for 2 s and all of it is in S3');
    const after = await newCheckpoint(handle, before);
    if (out.json) out.value({ run: handle.run, checkpoint: after.lastCheckpoint });
    else out.line(`checkpoint ${after.lastCheckpoint?.step} is whole: ${after.lastCheckpoint?.key}`);
    return 0;
  });
}

/** Waits until a checkpoint is whole that was not so before, or the run has ended without one. */
async function newCheckpoint(handle: RunHandle, before: RunView): Promise<RunView> {
  for (;;) {
    const view = await handle.status();
    const key = view.live?.checkpoint;
    if (key && (key.key !== before.lastCheckpoint?.key || key.at !== before.live?.checkpoint?.at)) return view;
    if (view.endedAt !== undefined) throw new TrainctlError('refused', `${handle.run} ended before it was taken`);
    await delay(1000);
  }
}
