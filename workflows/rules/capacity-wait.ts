/** First wait after a round in which nobody gave an instance, in seconds; doubles up to {@link LONGEST_WAIT}. */
export const FIRST_WAIT = 15;
export const LONGEST_WAIT = 300;

/**
 * How long a history may grow by waiting. Temporal ends a workflow whose history has 51,200 events
 * (https://docs.temporal.io/workflow-execution/limits), which would leave the run without an outcome.
 */
export const EVENTS_FOR_WAITING = 20_000;
/** A launch is scheduled, started and answered, and the answer makes a workflow task of three events; a wait makes five. */
const EVENTS_A_TRY = 6;
const EVENTS_A_WAIT = 5;

export interface Waiting {
  /** Rounds in a row in which nobody gave an instance, before this wait. */
  rounds: number;
  /** Seconds that are left of `limits.capacityWait`. */
  left: number;
  /** How many placements a round tries. */
  placements: number;
  /** Events in the history so far. */
  historyLength: number;
}

/**
 * Seconds to wait before the next round: 15, 30, … 300; longer where that many rounds would not fit into the history; and cut
 * so that a last round is tried when nothing is left. Zero or less: nothing is left.
 */
export function capacityWait({ rounds, left, placements, historyLength }: Waiting): number {
  const usual = Math.min(FIRST_WAIT * 2 ** rounds, LONGEST_WAIT);
  const events = placements * EVENTS_A_TRY + EVENTS_A_WAIT;
  const fitting = Math.max(1, (EVENTS_FOR_WAITING - historyLength) / events);
  return Math.min(Math.max(usual, Math.ceil(left / fitting)), left);
}
