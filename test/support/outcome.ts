import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import type { RunResult } from '../../contract';

/** How a run has closed, as its starter hears it. */
export interface Ended {
  outcome: string;
  /** Of a run that did not succeed. */
  words: string;
  result?: RunResult;
}

/** Waits until the run has closed. */
export async function endOf(run: WorkflowHandle): Promise<Ended> {
  try {
    const result = (await run.result()) as RunResult;
    return { outcome: result.outcome, words: '', result };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError) || !error.cause) throw error;
    const cause = error.cause as Error & { type?: string; details?: unknown[] };
    const result = cause.details?.[0] as RunResult | undefined;
    const outcome = cause instanceof CancelledFailure ? 'cancelled' : (cause.type ?? '?');
    return { outcome, words: cause.message, ...(result ? { result } : {}) };
  }
}
