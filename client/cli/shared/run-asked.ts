import { runWord, shownId } from '../../../contract';
import { type RunHandle, type TrainctlClient, TrainctlError } from '../..';
import { canAsk, confirm } from '../terminal/ask';
import type { CommandContext } from './command';

/** What `[run]` means, in the help of a command. */
export const RUN = 'id, unique prefix, or name (its newest run); default: the newest of this folder';
/** Of a command that only an open run can obey. */
export const OPEN_RUN = 'id, unique prefix, or name (its newest run); default: the newest of this folder that is open';

interface Wanted {
  /** Only a run that has not ended can do it. */
  open?: boolean;
  /** It cannot be taken back: on a terminal, of several that are open the newest has to be confirmed. */
  forGood?: boolean;
}

/**
 * The run that was named; without a name the newest that this person started from this folder, and then says which, on stderr.
 * Other people's runs are never meant.
 */
export async function runAsked(
  { out }: Pick<CommandContext, 'out'>,
  client: TrainctlClient,
  asked: string | undefined,
  { open = false, forGood = false }: Wanted = {},
): Promise<RunHandle> {
  if (asked !== undefined) return client.get(asked);
  const folder = process.cwd();
  const found = await client.newestOf(folder, { open });
  if (!found) throw await noneHere(client, folder, open);
  const { handle, others } = found;
  const also = open && others.length > 0 ? ` (also open: ${others.map(({ run }) => shownId(run)).join(', ')})` : '';
  out.note(`${shownId(handle.run)}: the newest ${open ? 'open ' : ''}run of this folder${also}`);
  if (forGood && others.length > 0 && canAsk() && !(await confirm(`Is ${shownId(handle.run)} meant?`, ''))) {
    throw new TrainctlError('usage', 'nothing was done', { next: 'name the run that is meant' });
  }
  return handle;
}

async function noneHere(client: TrainctlClient, folder: string, open: boolean): Promise<TrainctlError> {
  const ended = open ? await client.newestOf(folder) : undefined;
  if (ended) {
    const { run } = ended.handle;
    return new TrainctlError(
      'not-found',
      `no run that you started from ${folder} is open: the newest, ${shownId(run)}, has ended`,
      {
        next: `trainctl status ${runWord(run)}`,
      },
    );
  }
  return new TrainctlError('not-found', `no run is known that you started from ${folder}`, {
    next: 'name one; see which there are: trainctl ls',
  });
}
