import { condition } from '@temporalio/workflow';
import { LONGEST_RUN, type Notice } from '../../../contract';
import { awaitGone } from '../shared/steps';
import { milliseconds } from '../shared/waiting';
import type { Attempt } from '../state/attempt';
import type { Run } from '../state/run';
import { untilWithHost } from './host-lease';

/** After the time of a notice, until the host is taken to write nothing more. Seconds. */
const NOTICE_SLACK = 10;

/** A notice whose time cannot be read is taken as EC2's usual two minutes. Seconds. */
const USUAL_NOTICE = 120;

/**
 * Waits until no earlier attempt can write another checkpoint: its agent has said its last word, or EC2 shows it going, or the
 * time of its notice has passed. Only then is the newest checkpoint the newest.
 */
export async function sealed(run: Run, attempt: Attempt): Promise<void> {
  await untilWithHost(run, attempt, () => run.before(attempt).every((earlier) => !earlier.mayWrite));
}

/** Waits until no earlier attempt can be training: never two trainings of one run. */
export async function alone(run: Run, attempt: Attempt): Promise<void> {
  await untilWithHost(run, attempt, () => run.before(attempt).every((earlier) => !earlier.mayTrain));
}

/** EC2 has given notice and a successor is on its way: finds out, beside all else, when this attempt is over for good. */
export async function watchLeaving(run: Run, attempt: Attempt): Promise<void> {
  await Promise.all([sealAtNotice(attempt), seeGone(run, attempt)]);
}

async function sealAtNotice(attempt: Attempt): Promise<void> {
  const over = takenIn(attempt.notice) + NOTICE_SLACK;
  await condition(() => attempt.sealed || attempt.gone, milliseconds(over), {
    summary: `attempt ${attempt.number}: until EC2 takes it`,
  });
  attempt.sealed = true;
}

/** Seconds until EC2 takes the instance that it gave notice of; a time that no run lives to see is as good as the last of those. */
export function takenIn(notice: Notice | undefined): number {
  const time = Date.parse(notice?.time ?? '');
  return Number.isNaN(time) ? USUAL_NOTICE : Math.min((time - Date.now()) / 1000, LONGEST_RUN);
}

/** EC2 says "shutting-down" within seconds, long before the undo has seen "terminated". */
export async function seeGone(run: Run, attempt: Attempt): Promise<void> {
  const { number, status } = attempt;
  if (attempt.gone || attempt.askedWhetherGone || status.instanceId === undefined) return;
  attempt.askedWhetherGone = true;
  const args = {
    node: run.nodeRef(number),
    instanceId: status.instanceId,
    region: status.placement?.region ?? run.plan.region,
  };
  // Whatever this answers, the undo's own word follows.
  await awaitGone(`attempt ${number}: ${status.instanceId} is going`, args).then(
    () => {
      attempt.gone = true;
    },
    () => undefined,
  );
}

/**
 * Nobody renews the lease of this attempt any more: at the latest after lease and grace its host has ended itself, whether or
 * not EC2 answers.
 */
export async function outliveLease(run: Run, attempt: Attempt): Promise<void> {
  const { limits, checkpoints } = run.plan.spec;
  await condition(() => attempt.gone, milliseconds(limits.leaseSeconds + checkpoints.graceSeconds), {
    summary: `attempt ${attempt.number}: until its lease has run out`,
  });
  attempt.gone = true;
}
