import { shownId } from '../../../../contract';
import type { ResumeEnd, TracedCheckpoint } from '../../..';
import type { CommandContext } from '../../shared/command';
import { withClient } from '../../shared/session';
import { bytes } from '../../terminal/format';
import { plain } from '../../terminal/text';
import { checkpointsOf } from './whole';

/** `trainctl checkpoints ls`. */
export function listCheckpointsOf(context: CommandContext, asked: string | undefined): Promise<number> {
  return withClient(context, async (client) => {
    const { handle, found } = await checkpointsOf(context, client, asked);
    const { out } = context;
    if (out.json) out.value(found);
    else if (found.length === 0) out.note(`${shownId(handle.run)} has no checkpoint yet`);
    else out.table(['ATTEMPT', 'NO.', 'STEP', 'TAKEN', 'SIZE', 'STATE'], found.map(checkpointRow));
    return 0;
  });
}

/** A checkpoint in a line; what is not known is a dash. */
export function checkpointRow(checkpoint: TracedCheckpoint): string[] {
  const { attempt, number, step, at, bytes: size, state, why, resumedBy } = checkpoint;
  const said = [why === undefined ? state : `${state}: ${plain(why)}`, ...resumedBy.map(resumeWords)];
  return [
    String(attempt),
    number === undefined ? '-' : String(number),
    step === null ? '-' : String(step),
    at === undefined ? '-' : at.slice(0, 19).replace('T', ' '),
    size === undefined ? '-' : bytes(size),
    said.join('; '),
  ];
}

function resumeWords({ attempt, end, step }: ResumeEnd): string {
  const resumed = `attempt ${attempt} resumed from it`;
  switch (end) {
    case 'went-on':
      return `${resumed} and went on${step === undefined ? '' : ` to step ${step}`}`;
    case 'failed':
      return `attempt ${attempt} failed to resume from it`;
    case 'interrupted':
      return `${resumed} and was interrupted`;
    case 'running':
      return resumed;
  }
}
