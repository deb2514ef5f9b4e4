import { condition, patched } from '@temporalio/workflow';
import { LAST_UPLOAD_SECONDS, type SuperviseResult } from '../../../contract';
import { stopReason } from '../../rules/endings';
import { UNDO } from '../../rules/timeouts';
import { enter } from '../board';
import { rootMessage } from '../shared/failures';
import { stopTraining } from '../shared/steps';
import { milliseconds, type Watched, watch } from '../shared/waiting';
import type { Attempt } from '../state/attempt';
import type { Run } from '../state/run';
import { takenIn } from './seal';

/** After the grace: for the host's last word, before the run goes on without it. Longer only while its uploads move. Seconds. */
const LAST_WORDS = 15;

/** For the question whether S3 has the last word. Seconds. */
const LAST_QUESTION = 10;

/**
 * Tells the host to stop, and waits for its last word: for the grace, and then for as long as bytes of its last checkpoint and
 * outputs move. With mode `now` there is nothing to wait for: the undo that follows ends the process with its instance.
 *
 * Who hears the word is usually the supervision. A worker that was killed takes it along until its heartbeat is missed, which
 * may be long after: so it is also asked for, at the beginning (the command may have been over) and at the end.
 */
export async function stopGracefully(
  run: Run,
  attempt: Attempt,
  supervision: Watched<SuperviseResult>,
): Promise<SuperviseResult | undefined> {
  const hurried = (): boolean => run.ending === undefined || run.ending.mode === 'now';
  if (hurried()) return undefined;
  enter(run, 'stopping');
  let said: SuperviseResult | undefined;
  const ask = async (): Promise<void> => {
    said ??= await tellToStop(run, attempt);
    if (said || supervision.settled || run.ending?.outcome !== 'cancelled') return;
    // In runs that were stopped before this rule an exit 0 had the last word.
    attempt.unwanted = patched('stopped-during-uploads');
  };
  const over = (): boolean => supervision.settled || said !== undefined || hurried();

  void ask();
  await condition(over, milliseconds(run.plan.spec.checkpoints.graceSeconds + LAST_WORDS), {
    summary: `attempt ${attempt.number}: the grace, for its last word`,
  });
  await untilUploaded(run, attempt, over);
  if (!over()) {
    const asked = watch(ask());
    await condition(() => over() || asked.settled, milliseconds(LAST_QUESTION), {
      summary: `attempt ${attempt.number}: whether S3 has its last word`,
    });
  }
  return said;
}

/** Answers the last word, if it has been said; undefined also when the host could not be told, which is no failure of the run. */
async function tellToStop(run: Run, { number, onHost, status }: Attempt): Promise<SuperviseResult | undefined> {
  const { graceSeconds } = run.plan.spec.checkpoints;
  const reason = stopReason(run.ending);
  try {
    const said = await stopTraining(`attempt ${number}: stop`, { ...onHost, mode: 'graceful', graceSeconds, reason });
    return said ?? undefined;
  } catch (error) {
    run.warn(`could not tell ${status.instanceId} to stop: ${rootMessage(error)}`);
    return undefined;
  }
}

/**
 * Waits while the last uploads move: within LAST_UPLOAD_SECONDS after the grace, and never past the time of a notice, nor so long that
 * Temporal would end the run before its undo.
 */
async function untilUploaded(run: Run, attempt: Attempt, over: () => boolean): Promise<void> {
  const until = Math.min(Date.now() + (LAST_UPLOAD_SECONDS - LAST_WORDS) * 1000, run.cutAt - UNDO * 1000);
  for (;;) {
    const { notice } = attempt;
    const left = Math.min((until - Date.now()) / 1000, notice ? takenIn(notice) : Number.POSITIVE_INFINITY);
    if (left <= 0 || over() || !attempt.uploading) return;
    const noticed = (): boolean => attempt.notice !== notice;
    const summary = `attempt ${attempt.number}: as long as its last uploads may move`;
    if (!(await condition(() => over() || !attempt.uploading || noticed(), milliseconds(left), { summary }))) return;
  }
}
