import type { StopArgs } from '../../contract';
import { TrainctlError } from '../errors';
import { each } from './each';

/** What an order needs of a run. */
export interface Stoppable {
  run: string;
  stop(args: StopArgs): Promise<void>;
  cancel(): Promise<void>;
}

/** What became of the order to one run: taken, or needless because the run was over or ending by itself, or why it was not taken. */
export type StopAnswer<R extends Stoppable = Stoppable> = { handle: R } & (
  | { kind: 'taken' | 'over' }
  | { kind: 'failed'; error: unknown }
);

/** Orders under way at once: enough to keep a server at work, not so many that they time each other out. */
const TOGETHER = 32;

/** Gives each run the order to end; one that fails keeps the others from nothing. Resolves when each has an answer. */
export function stopRuns<R extends Stoppable>(
  handles: readonly R[],
  how: StopArgs['mode'] | 'cancel',
  onAnswer: (answered: number) => void = () => undefined,
): Promise<StopAnswer<R>[]> {
  let answered = 0;
  return each(handles, TOGETHER, async (handle) => {
    const answer = await stopOne(handle, how);
    answered += 1;
    onAnswer(answered);
    return answer;
  });
}

async function stopOne<R extends Stoppable>(handle: R, how: StopArgs['mode'] | 'cancel'): Promise<StopAnswer<R>> {
  try {
    await (how === 'cancel' ? handle.cancel() : handle.stop({ mode: how }));
    return { handle, kind: 'taken' };
  } catch (error) {
    // A stop is refused by a run that is over, or about to be: what was wanted is so.
    if (error instanceof TrainctlError && error.code === 'refused') return { handle, kind: 'over' };
    return { handle, kind: 'failed', error };
  }
}
