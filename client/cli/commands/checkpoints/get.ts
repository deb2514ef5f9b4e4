import { runWord, shownId } from '../../../../contract';
import { downloadCheckpoint, type TracedCheckpoint, TrainctlError } from '../../..';
import type { CommandContext } from '../../shared/command';
import { intoFolder } from '../../shared/fetch-folder';
import { folderWord } from '../../shared/folder-word';
import { valuesOf, wholeNumber } from '../../shared/numbers';
import { withClient } from '../../shared/session';
import { bytes, count } from '../../terminal/format';
import { plain } from '../../terminal/text';
import { checkpointsOf } from './whole';

export interface GetFlags {
  step?: string;
  attempt?: string;
  number?: string;
  to?: string;
}

/** `trainctl checkpoints get`. */
export function getCheckpoint(context: CommandContext, asked: string | undefined, flags: GetFlags): Promise<number> {
  return withClient(context, async (client) => {
    const wanted = wantedOf(flags);
    const { handle, found } = await checkpointsOf(context, client, asked);
    const chosen = choose(found, wanted);
    if (!chosen) {
      const words = Object.entries(wanted).map(([name, value]) => `${name} ${value}`);
      const what = words.length === 0 ? 'a whole checkpoint' : `a checkpoint of ${words.join(', ')}`;
      throw new TrainctlError('not-found', `${shownId(handle.run)} has not ${what}`, {
        next: `trainctl checkpoints ls ${runWord(handle.run)}`,
      });
    }
    const to = flags.to ?? `${folderWord(handle.run)}-checkpoint-${nameOf(chosen)}`;
    const done = await intoFolder(to, () => downloadCheckpoint(client.objects, chosen.key, to));
    const { out } = context;
    if (out.json) out.value({ run: handle.run, ...chosen, ...done, to });
    else {
      out.line(`${to}: ${count(done.files, 'file')}, ${bytes(done.bytes)}, verified`);
      if (chosen.state === 'suspect') out.note(`it is suspect: ${chosen.why}`);
      for (const text of chosen.leftOut ?? []) out.note(`not as it was: ${plain(text)}`);
    }
    return 0;
  });
}

type Wanted = Partial<Record<'step' | 'attempt' | 'number', number>>;

function wantedOf({ step, attempt, number }: GetFlags): Wanted {
  return valuesOf<Required<Wanted>>({
    step: [step, (text) => (text === '0' ? 0 : wholeNumber('--step', text))],
    attempt: [attempt, (text) => wholeNumber('--attempt', text)],
    number: [number, (text) => wholeNumber('--number', text)],
  });
}

/** The newest whole one that is meant; else the newest that can be had. */
export function choose(found: readonly TracedCheckpoint[], wanted: Wanted): TracedCheckpoint | undefined {
  const meant = found.filter((one) =>
    Object.entries(wanted).every(([name, value]) => one[name as keyof Wanted] === value),
  );
  const failed = ({ resumedBy }: TracedCheckpoint): boolean => resumedBy.some(({ end }) => end === 'failed');
  const whole = meant.filter(({ state }) => state === 'whole');
  return whole.find((one) => !failed(one)) ?? whole[0] ?? meant.find(({ state }) => state === 'suspect');
}

const nameOf = ({ step, attempt, number }: TracedCheckpoint): string =>
  step !== null ? String(step) : `${attempt}-${number ?? 'x'}`;
