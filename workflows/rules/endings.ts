import type { HostFinal, Notice, Outcome, StopReason, SuperviseResult } from '../../contract';

/** What was asked of the run as a whole: by a person, by Temporal, or by one of its limits. */
export interface Ending {
  outcome: Extract<Outcome, 'cancelled' | 'deadline' | 'budget'>;
  reason: string;
  mode: 'graceful' | 'now';
}

/** How an attempt ended, and all that the decision about the next one needs. */
export type AttemptEnd =
  | { kind: 'succeeded' | 'interrupted' | 'unreachable' | 'stopped' | 'not-started'; reason: string }
  | {
      kind: 'failed';
      reason: string;
      /** Absent when a signal ended the process, or when it never ran. */
      exitCode?: number;
      /** The last lines that it wrote. */
      tail?: string;
      /** False for a failed preparation: the same files would fail again. */
      restartable: boolean;
      /** It had not got past the checkpoint that it was given: the next attempt takes the one before. */
      stepBack?: true;
    };

/** The first ending that is asked for gives the outcome; later ones can only make it faster. */
export function mergeEnding(current: Ending | undefined, asked: Ending): Ending {
  if (!current) return asked;
  return asked.mode === 'now' && current.mode === 'graceful' ? { ...current, mode: 'now' } : current;
}

/** What the training reads in its stop file. */
export function stopReason(ending: Pick<Ending, 'outcome'> | undefined): StopReason {
  return ending?.outcome === 'deadline' || ending?.outcome === 'budget' ? ending.outcome : 'stop';
}

/** StateReason codes of an instance that EC2, or the instance itself, has ended. Case varies (ec2-rules, section 3). */
const TAKEN = /spot|InstanceInitiatedShutdown|ScheduledStop/i;

/**
 * Reads how a supervised process ended.
 *
 * An exit 0 that we did not cause is a success, whatever happened around it. An exit 0 *after our TERM* is not: many scripts
 * save and exit 0 when they are told to, with half of the training undone. It counts as what caused the TERM; if the work was
 * finished after all, the next attempt resumes at the end and says so. Nor is one whose run a person stopped while its outputs
 * were on their way: the run had not succeeded yet, and was not wanted any more.
 *
 * @param seen what the workflow knows beside: a notice that came as a signal, whether it has told the agent to stop, and whether
 * a person wanted that before the host had said its last word, and whether lost outputs make a success a failure
 */
export function readSupervision(
  result: SuperviseResult,
  seen: { notice?: Notice; stopAsked: boolean; unwanted?: boolean; lossFails?: boolean },
): AttemptEnd {
  const { final } = result;
  if (final?.code === 0 && final.stoppedBy === null) {
    if (final.outputsLost !== undefined && seen.lossFails && !seen.unwanted) return lostOutputs(final.outputsLost);
    return seen.unwanted
      ? { kind: 'stopped', reason: 'stopped during its last uploads: the command had exited 0' }
      : { kind: 'succeeded', reason: 'exited 0' };
  }
  if (seen.stopAsked || final?.stoppedBy === 'stop') return { kind: 'stopped', reason: stoppedReason(result) };

  if (final?.stoppedBy === 'alert')
    return { kind: 'failed', reason: alertReason(final), tail: final.tail, restartable: false };

  const notice = final?.notice ?? result.notice ?? seen.notice;
  if (notice) return { kind: 'interrupted', reason: noticeReason(notice) };
  if (final?.stoppedBy === 'lease')
    return { kind: 'interrupted', reason: 'the host ended itself: no worker renewed its lease in time' };
  if (final?.stoppedBy === 'rebalance')
    return { kind: 'interrupted', reason: 'it ended itself: EC2 had recommended to leave the instance (rebalance)' };
  if (result.kind === 'lost') return { kind: 'interrupted', reason: lostReason(result) };
  if (result.stateReason && TAKEN.test(result.stateReason)) return { kind: 'interrupted', reason: lostReason(result) };
  if (result.kind === 'unreachable' || !final) return { kind: 'unreachable', reason: result.detail };

  return {
    kind: 'failed',
    reason: exitReason(final.code, final.signal),
    tail: final.tail,
    restartable: true,
    ...(final.code === null ? {} : { exitCode: final.code }),
  };
}

/** The command has done its work, and it is gone: another attempt would do the same work, and as likely lose it. */
const lostOutputs = (why: string): AttemptEnd => ({
  kind: 'failed',
  reason: `exited 0, but not all of its outputs could be kept: ${why}`,
  restartable: false,
});

/** Such as `exited 3`, `was killed by SIGKILL, as when memory runs out`. */
function exitReason(code: number | null, signal: string | null): string {
  if (code === 127) return 'exited 127: a command was not found';
  if (code === 126) return 'exited 126: a file could not be executed';
  if (code === 137 || signal === 'SIGKILL') return 'was killed by SIGKILL, as when memory runs out';
  return code === null ? `was ended by ${signal ?? 'a signal'}` : `exited ${code}`;
}

/**
 * A rule of the spec has ended it, and nobody who could be asked: the run has failed. It is not started again, since from the
 * same checkpoint it would come to the same.
 */
const alertReason = ({ stopAlert, code, signal }: HostFinal): string =>
  `${stopAlert ?? 'a metric was no finite number'} (alerts.nan is stop); the command ${exitReason(code, signal)}`;

function stoppedReason({ final, detail }: SuperviseResult): string {
  if (!final) return `stopped (${detail})`;
  return `stopped: ${exitReason(final.code, final.signal)}`;
}

const lostReason = ({ stateReason, detail }: SuperviseResult): string =>
  stateReason ? `the instance was lost without notice (${stateReason})` : detail;

/** Such as `EC2 gave notice to terminate it at 12:00:00 (spot)`. */
export const noticeReason = ({ source, action, time }: Notice): string =>
  source === 'maintenance'
    ? `EC2 gave notice of maintenance at ${time} (${action})`
    : `EC2 gave notice to ${action} it at ${time} (${source})`;
