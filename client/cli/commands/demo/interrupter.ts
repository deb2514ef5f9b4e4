import type { StackState } from '../../../../contract';
import { messageOf, type RunView } from '../../..';
import { callLocalCloud } from '../../shared/local-cloud';

/** EC2's own notice: two minutes. */
const NOTICE_SECONDS = 120;

/** Takes the run's first instance once its first checkpoint is whole; once. */
export class Interrupter {
  private asked = false;
  /** Why the interruption could not be made; the demo has then shown less than it promises. */
  problem: string | undefined = 'the run ended before its first checkpoint, so nothing was interrupted';

  constructor(private readonly cloud: StackState['cloud']) {}

  look(view: RunView): void {
    const attempt = view.attempts[view.attempts.length - 1];
    if (this.asked || attempt?.number !== 1 || !attempt.instanceId || !view.live?.checkpoint) return;
    if (view.live.phase !== 'training') return;
    this.asked = true;
    this.problem = undefined;
    const path = `/instances/${attempt.instanceId}/interrupt`;
    callLocalCloud(this.cloud, 'POST', path, { action: 'terminate', noticeSeconds: NOTICE_SECONDS }).catch(
      (error: unknown) => {
        this.problem = messageOf(error);
      },
    );
  }
}
