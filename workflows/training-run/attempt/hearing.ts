import { CancellationScope, condition, patched } from '@temporalio/workflow';
import { type Ec2Word, type HearArgs, maintenanceLeadSeconds, type Notice } from '../../../contract';
import { noticeReason } from '../../rules/endings';
import { SIGNS } from '../../rules/signs';
import { publish } from '../board';
import { TakenByEc2 } from '../shared/failures';
import { hearEc2 } from '../shared/steps';
import { watch } from '../shared/waiting';
import type { Attempt } from '../state/attempt';
import type { Run } from '../state/run';
import { heartbeatWithin } from './host-lease';

/** What EC2 says that cannot be left for later. */
type Urgent = Exclude<Ec2Word, { kind: 'scheduled' }>;

/**
 * The work of an attempt between its launch and its training, with an ear to EC2: it ends as soon as EC2 has taken the instance
 * or gives notice, whatever step is under way, waits, or is about to be repeated. Nothing of it is worth the two minutes of a
 * notice: no training has begun. In training the host hears a notice itself, and the supervision a loss.
 * @throws TakenByEc2
 */
export async function besideEc2(run: Run, attempt: Attempt, work: () => Promise<void>): Promise<void> {
  // Attempts that were begun before this rule hear of a loss by the step that meets it.
  if (!patched('ec2-beside-every-step')) return work();
  attempt.heard = true;
  let word: Urgent | undefined;
  const hearing = listen(run, attempt, (heard) => {
    word = heard;
  });
  const working = watch(work());
  await condition(() => working.settled || word !== undefined);
  if (working.settled) {
    hearing.cancel();
    return working.promise;
  }
  if (word?.kind === 'notice') attempt.give(word.notice);
  throw new TakenByEc2(word?.kind === 'notice' ? noticeReason(word.notice) : word?.detail);
}

/**
 * The same while the host of an attempt is held. Undefined for holds that were begun before this rule: they hear of a loss when
 * the lease is renewed.
 */
export function besideHold(
  run: Run,
  attempt: Attempt,
  heard: (word: Urgent) => void,
): { cancel: () => void } | undefined {
  if (!patched('ec2-beside-hold')) return undefined;
  return listen(run, attempt, heard);
}

/** Calls `heard` with each word: one notice at most, and the loss. That nobody listens is no reason to end what works. */
function listen(run: Run, attempt: Attempt, heard: (word: Urgent) => void): CancellationScope {
  const hearing = new CancellationScope();
  hearing
    .run(async () => {
      const first = await nextWord(run, attempt);
      heard(first);
      if (first.kind !== 'notice' || !attempt.end) return;
      const last = await hear(run, attempt, { lossOnly: true });
      if (last.kind === 'lost') heard(last);
    })
    .catch(() => undefined);
  return hearing;
}

/** Shows meanwhile what EC2 has scheduled for later. */
async function nextWord(run: Run, attempt: Attempt): Promise<Urgent> {
  const scheduled: Notice[] = attempt.status.scheduled ? [attempt.status.scheduled] : [];
  for (;;) {
    const word = await hear(run, attempt, { scheduled: [...scheduled] });
    if (word.kind !== 'scheduled') return word;
    scheduled.push(word.notice);
    run.tellScheduled(attempt, word.notice);
    publish(run);
  }
}

function hear(run: Run, { number, status }: Attempt, more: Pick<HearArgs, 'lossOnly' | 'scheduled'>): Promise<Ec2Word> {
  const { instanceId = '', placement } = status;
  const { region, spec } = run.plan;
  const leadSeconds = maintenanceLeadSeconds(spec.checkpoints.graceSeconds);
  const where = { node: run.nodeRef(number), instanceId, region: placement?.region ?? region };
  return hearEc2(
    `attempt ${number}: EC2's word`,
    { ...where, leadSeconds, ...more },
    heartbeatWithin(run, SIGNS.hearing),
  );
}
