import { exitCodeOf, runWord, shownId } from '../../../contract';
import { followRun, type RunHandle, type RunView, TrainctlError } from '../..';
import type { CommandContext } from '../shared/command';
import { wholeNumber } from '../shared/numbers';
import { count } from '../terminal/format';

/** Of commands that print what a run has written. */
export interface StreamFlags {
  follow?: boolean;
  attempt?: string;
  /** Of `logs`: what the set-up wrote, and not the training. */
  setup?: boolean;
}

/** The attempt that was asked for; undefined: all. */
export async function attemptAsked(handle: RunHandle, flags: StreamFlags): Promise<number | undefined> {
  const only = flags.attempt === undefined ? undefined : wholeNumber('--attempt', flags.attempt);
  if (only !== undefined && !flags.follow) await requireAttempt(handle, only);
  return only;
}

/** An attempt that a run does not have is a mistake, not an empty log; one that is followed may still come. */
async function requireAttempt(handle: RunHandle, attempt: number): Promise<void> {
  const view = await handle.status();
  // What may be in an S3 that does not answer is no mistake of whoever asks.
  if (view.storeSilent) return;
  const attempts = await handle.attemptsOf(view);
  if (attempt <= attempts) return;
  const has = attempts === 0 ? 'no attempt yet' : `only ${count(attempts, 'attempt')}`;
  throw new TrainctlError('not-found', `${shownId(handle.run)} has ${has}`, {
    next: `trainctl status ${runWord(handle.run)}`,
  });
}

/** Calls back once, or at every look until the run's end; answers with the exit code. */
export async function eachLook(
  { out }: CommandContext,
  handle: RunHandle,
  follow: boolean,
  look: (view: RunView) => Promise<void>,
): Promise<number> {
  if (!follow) {
    await look(await handle.status());
    return 0;
  }
  for await (const event of followRun(handle)) {
    if (event.kind === 'status') await look(event.view);
    else if (event.kind === 'connection')
      out.note(event.up ? 'connected again' : `connection lost: ${event.why}; asking again`);
    else if (event.kind === 'ended') return exitCodeOf(event.view.outcome ?? 'failed');
  }
  return 0;
}
