import { checkpointWords, runWord, shownId } from '../../../../contract';
import { TrainctlError } from '../../..';
import type { CommandContext } from '../../shared/command';
import { runAsked } from '../../shared/run-asked';
import { withClient } from '../../shared/session';
import { bytes } from '../../terminal/format';
import { waiting } from '../../terminal/waiting';

/** `trainctl checkpoints take`: says which checkpoint came of it, or fails with the reason why there is none. */
export function takeCheckpoint(context: CommandContext, asked: string | undefined): Promise<number> {
  return withClient(context, async (client) => {
    const handle = await runAsked(context, client, asked, { open: true });
    const { out } = context;
    out.note('asked; waiting until it is in S3');
    const { checkpoint, reason } = await handle.takeCheckpoint(waiting(out, handle.run));
    if (!checkpoint) {
      throw new TrainctlError(
        'refused',
        `${shownId(handle.run)}: no checkpoint was taken: ${reason ?? 'nobody said why'}`,
        {
          next: `trainctl checkpoints ls ${runWord(handle.run)}`,
        },
      );
    }
    if (out.json) out.value({ run: handle.run, checkpoint, ...(reason === undefined ? {} : { reason }) });
    else {
      const size = checkpoint.bytes === undefined ? '' : `, ${bytes(checkpoint.bytes)}`;
      const how = checkpoint.suspect === undefined ? 'whole' : `suspect: ${checkpoint.suspect}`;
      out.line(`${checkpointWords(checkpoint)}${size}, ${how}${reason === undefined ? '' : ` (${reason})`}`);
      out.line(checkpoint.key);
    }
    return 0;
  });
}
