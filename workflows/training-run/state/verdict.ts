import type { Outcome } from '../../../contract';

/** How the run ends: decided once, never changed. */
export interface Verdict {
  outcome: Outcome;
  reason: string;
  /** Last lines of the user's program. */
  tail?: string;
}

/** Lies before the verdict of a run that has failed: its instance is kept meanwhile. */
export interface Hold {
  released: boolean;
  /** When it began, epoch milliseconds. */
  since: number;
  /** Epoch milliseconds; deadline and budget may end it earlier. */
  until: number;
}
