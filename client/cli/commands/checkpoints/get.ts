import { downloadCheckpoint, TrainctlError } from '../../..';
import type { CommandContext } from '../../shared/command';
import { wholeNumber } from '../../shared/numbers';
import { withClient } from '../../shared/session';
import { bytes, count } from '../../terminal/format';
import { checkpointsOf } from './whole';

export interface GetFlags {
  step?: string;
  to?: string;
}

/** `trainctl checkpoints get`. */
export function getCheckpoint(context: CommandContext, asked: string | undefined, flags: GetFlags): Promise<number> {
  return withClient(context, async (client) => {
    const { handle, found } = await checkpointsOf(context, client, asked);
    const step = flags.step === undefined ? undefined : flags.step === '0' ? 0 : wholeNumber('--step', flags.step);
    const chosen = found.find((checkpoint) => step === undefined || checkpoint.step === step);
    if (!chosen) {
      const what = step === undefined ? 'a whole checkpoint' : `a whole checkpoint of step ${step}`;
      throw new TrainctlError('not-found', `${handle.run} has not ${what}`, {
        next: `trainctl checkpoints ls ${handle.run}`,
      });
    }
    const to = flags.to ?? `${handle.run}-checkpoint-${chosen.step}`;
    const done = await downloadCheckpoint(client.objects, chosen.key, to);
    if (context.out.json) context.out.value({ run: handle.run, ...chosen, ...done, to });
    else context.out.line(`${to}: ${count(done.files, 'file')}, ${bytes(done.bytes)}, verified`);
    return 0;
  });
}
