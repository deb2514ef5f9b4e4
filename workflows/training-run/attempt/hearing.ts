import { CancellationScope, condition, patched } from '@temporalio/workflow';
import type { Ec2Word } from '../../../contract';
import { noticeReason } from '../../rules/endings';
import { TakenByEc2 } from '../shared/failures';
import { hearEc2 } from '../shared/steps';
import { watch } from '../shared/waiting';
import type { Attempt } from '../state/attempt';
import type { Run } from '../state/run';
import { whilePreparing } from './host-lease';

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
  let word: Ec2Word | undefined;
  const hearing = new CancellationScope();
  // That nobody listens is no reason to end what works.
  hearing
    .run(() => hear(run, attempt))
    .then(
      (heard) => {
        word = heard;
      },
      () => undefined,
    );
  const working = watch(work());
  await condition(() => working.settled || word !== undefined);
  if (working.settled) {
    hearing.cancel();
    return working.promise;
  }
  if (word?.kind === 'notice') attempt.notice ??= word.notice;
  throw new TakenByEc2(word?.kind === 'notice' ? noticeReason(word.notice) : word?.detail);
}

function hear(run: Run, attempt: Attempt): Promise<Ec2Word> {
  const { number, status } = attempt;
  const { instanceId = '', placement } = status;
  const region = placement?.region ?? run.plan.region;
  const args = { node: run.nodeRef(number), instanceId, region };
  return hearEc2(`attempt ${number}: EC2's word`, args, whilePreparing(run));
}
