import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
import { readScenarioProgress, type ScenarioProgress, wholeMessageOf } from '../../contract';

/** What went wrong in the words of the one who saw it, without Temporal's wrapping. */
export function rootMessage(error: unknown): string {
  if (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure)
    return error.cause ? rootMessage(error.cause) : error.message;
  if (error instanceof ApplicationFailure) return wholeMessageOf(error);
  if (error instanceof TimeoutFailure) return timeoutWords(error);
  if (error instanceof TerminatedFailure) return 'it was terminated in Temporal';
  if (error instanceof CancelledFailure) return 'it was cancelled';
  return error instanceof Error ? error.message : String(error);
}

function timeoutWords({ timeoutType }: TimeoutFailure): string {
  if (timeoutType === 'HEARTBEAT') return 'its worker is lost: it has given no sign of life any more';
  return timeoutType === 'START_TO_CLOSE' ? 'it took too long, and was given up' : `no answer in time (${timeoutType})`;
}

/** What a step had said last before Temporal gave it up. */
export function lastProgress(error: unknown): ScenarioProgress | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  if (cause instanceof ApplicationFailure) return readScenarioProgress(cause.details?.[0]);
  return cause instanceof TimeoutFailure ? readScenarioProgress(cause.lastHeartbeatDetails) : undefined;
}
