import type { HostFinal, SuperviseResult } from '../../contract';
import type { View } from './view';

/** The answer of supervise, with what the view knows by then. */
export function superviseResult(
  kind: SuperviseResult['kind'],
  view: View,
  detail: string,
  stateReason?: string,
): SuperviseResult {
  return {
    kind,
    detail,
    ...(kind === 'final' && view.final && { final: view.final }),
    ...(view.notice && { notice: view.notice }),
    ...(stateReason !== undefined && { stateReason }),
    ...(view.checkpoint && { lastCheckpoint: view.checkpoint }),
    ...(view.step !== null && { lastStep: view.step }),
    ...(view.firstStep !== null && { firstStep: view.firstStep }),
    ...(view.stepsAnew && { stepsAnew: true as const }),
    ...(view.saved && { savedWhileRunning: true }),
  };
}

/**
 * The answer for an agent's last word. One without any ending was written by the agent that came after: the first had been
 * killed or rebooted away with the process, which is a loss and no failure of the command.
 */
export function finalResult(view: View, final: HostFinal): SuperviseResult {
  if (final.code !== null || final.signal !== null || final.stoppedBy !== null) {
    return superviseResult('final', view, finalInWords(final));
  }
  const why = final.problems.length > 0 ? `: ${final.problems.join('; ')}`.slice(0, 500) : '';
  return superviseResult('lost', view, `the training is gone, and nobody saw how it ended${why}`);
}

/** Such as `exited 1 at step 420`. */
function finalInWords(final: HostFinal): string {
  const how = final.signal ? `ended by ${final.signal}` : `exited ${final.code ?? 'without a code'}`;
  const by = final.stoppedBy
    ? ` (stopped by ${{ stop: 'us', notice: 'a notice', lease: 'its lease', alert: 'an alert', rebalance: 'a recommendation' }[final.stoppedBy]})`
    : '';
  const at = final.step === null ? '' : ` at step ${final.step}`;
  const problems = final.problems.length > 0 ? `; not in S3: ${final.problems.join('; ')}`.slice(0, 500) : '';
  return `${how}${by}${at}${problems}`;
}
