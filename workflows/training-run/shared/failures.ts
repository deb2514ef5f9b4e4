import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import { FAILURES, type Host, type LaunchFailureDetail, wholeMessageOf } from '../../../contract';
import type { AttemptEnd } from '../../rules/endings';

/** Thrown inside an attempt when the run is over, so that nothing more is begun. Never leaves the attempt. */
export class GivenUp extends Error {
  override readonly name = 'GivenUp';
  constructor(why: string) {
    super(`given up: ${why}`);
  }
}

/** A launch whose result nobody knows: the instance may exist. */
export class LaunchUnknown extends Error {
  override readonly name = 'LaunchUnknown';
}

/** A launch that was tried, and of which it is known that nothing came. */
export class NotLaunched extends Error {
  override readonly name = 'NotLaunched';
}

/** Whether a failed launch has launched nothing in all its tries. */
export function launchedNothing(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  const detail = cause instanceof ApplicationFailure ? (cause.details?.[0] as LaunchFailureDetail | null) : undefined;
  return detail?.nothingLaunched === true;
}

/** EC2 has taken the instance of an attempt, or has said that it will, before its training. */
export class TakenByEc2 extends Error {
  override readonly name = 'TakenByEc2';
}

/** What went wrong in the words of the one who saw it, without Temporal's wrapping. */
export function rootMessage(error: unknown): string {
  if (error instanceof ActivityFailure) return error.cause ? rootMessage(error.cause) : error.message;
  if (error instanceof ApplicationFailure) return wholeMessageOf(error);
  if (error instanceof TimeoutFailure) return `no answer in time (${error.timeoutType})`;
  return error instanceof Error ? error.message : String(error);
}

/**
 * Temporal itself ended the step: a timeout is over that is not repeated, or all tries are used up. Where a step has neither, somebody has
 * changed its options there.
 */
export function endedByTemporal(error: unknown): boolean {
  if (!(error instanceof ActivityFailure)) return false;
  return error.cause instanceof TimeoutFailure || error.retryState === 'MAXIMUM_ATTEMPTS_REACHED';
}

/** The type of the failure that an activity threw, one of {@link FAILURES}, or undefined for any other error. */
export function failureType(error: unknown): string | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure ? (cause.type ?? undefined) : undefined;
}

/**
 * How an attempt ended whose step threw. Errors of the workflow's own code are not read but thrown on: they fail the workflow
 * task, which a fixed worker then repeats.
 */
export function readFailure(error: unknown, attempt: { number: number; host?: Host; trained: boolean }): AttemptEnd {
  if (error instanceof GivenUp) return { kind: attempt.trained ? 'stopped' : 'not-started', reason: error.message };
  if (error instanceof LaunchUnknown || error instanceof NotLaunched)
    return { kind: 'not-started', reason: error.message };
  if (error instanceof TakenByEc2) return { kind: 'interrupted', reason: error.message };
  if (!(error instanceof ActivityFailure)) throw error;

  const message = rootMessage(error);
  switch (failureType(error)) {
    case FAILURES.failed:
      return { kind: 'failed', restartable: false, ...sentenceAndTail(message) };
    case FAILURES.instanceLost:
      return { kind: 'interrupted', reason: message };
    case FAILURES.hostKeyMismatch:
      return { kind: 'unreachable', reason: `never connected to: ${message}` };
    case FAILURES.unreachable:
      return { kind: 'unreachable', reason: message };
    default:
      return { kind: 'unreachable', reason: `${STEPS[error.activityType] ?? error.activityType} failed: ${message}` };
  }
}

/** First line: what happened. The rest: what the tool itself said last. */
function sentenceAndTail(message: string): { reason: string; tail?: string } {
  const newline = message.indexOf('\n');
  return newline < 0
    ? { reason: message }
    : { reason: message.slice(0, newline).replace(/:\s*$/, ''), tail: message.slice(newline + 1) };
}

const STEPS: Record<string, string> = {
  awaitReachable: 'reaching the instance',
  syncCode: 'copying the code',
  installDependencies: 'the installation',
  fetchInputs: 'fetching the inputs',
  restoreCheckpoint: 'restoring the checkpoint',
  startTraining: 'starting the command',
  supervise: 'watching the command',
};
