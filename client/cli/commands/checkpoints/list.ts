import { checkpointWords, EXIT_CODES, shownId } from '../../../../contract';
import type { ResumeEnd, RunView, TracedCheckpoint } from '../../..';
import type { CommandContext } from '../../shared/command';
import { withClient } from '../../shared/session';
import { bytes } from '../../terminal/format';
import { plain } from '../../terminal/text';
import { checkpointsOf } from './whole';

/** `trainctl checkpoints ls`. */
export function listCheckpointsOf(context: CommandContext, asked: string | undefined): Promise<number> {
  return withClient(context, async (client) => {
    const { view, found } = await checkpointsOf(context, client, asked);
    const { out } = context;
    const lost = found.length === 0 && view.lastCheckpoint !== undefined;
    if (out.json) out.value(found);
    if (found.length === 0) {
      if (lost || !out.json) out.note(noneWords(view));
    } else if (!out.json) out.table(['ATTEMPT', 'NO.', 'STEP', 'TAKEN', 'SIZE', 'STATE'], found.map(checkpointRow));
    return lost ? EXIT_CODES.invalid : EXIT_CODES.succeeded;
  });
}

/** Why there is none: that there were some is another thing than that none was taken. */
export function noneWords({
  run,
  endedAt,
  lastCheckpoint,
}: Pick<RunView, 'run' | 'endedAt' | 'lastCheckpoint'>): string {
  if (!lastCheckpoint) return `${shownId(run)} has no checkpoint${endedAt === undefined ? ' yet' : ''}`;
  const which = checkpointWords(lastCheckpoint);
  const of = lastCheckpoint.step === null ? '' : ` of attempt ${lastCheckpoint.attempt}`;
  return `${shownId(run)} had checkpoints, which are no longer in S3; the last was ${which}${of}`;
}

/** A checkpoint in a line; what is not known is a dash. */
export function checkpointRow(checkpoint: TracedCheckpoint): string[] {
  const { attempt, number, step, at, bytes: size, state, why, leftOut = [], resumedBy } = checkpoint;
  const is = why === undefined ? state : `${state}: ${plain(why)}`;
  const said = [is, ...leftOut.map((text) => `not as it was: ${plain(text)}`), ...resumedBy.map(resumeWords)];
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
