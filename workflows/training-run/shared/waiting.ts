import { CancellationScope, condition } from '@temporalio/workflow';
import type { Run } from '../state/run';
import { GivenUp } from './failures';

/** A promise whose state can be asked for, and whose failure nobody has to catch. */
export interface Watched<T> {
  readonly promise: Promise<T>;
  settled: boolean;
}

export function watch<T>(promise: Promise<T>): Watched<T> {
  const watched: Watched<T> = { promise, settled: false };
  const settle = (): void => {
    watched.settled = true;
  };
  promise.then(settle, settle);
  return watched;
}

/**
 * The answer of `work`, or GivenUp as soon as the run is over. The work itself is left alone: it dies with its host, and a
 * cancel command would race with its completion.
 */
export async function unlessOver<T>(run: Run, work: Promise<T>): Promise<T> {
  const watched = watch(work);
  await condition(() => watched.settled || run.over);
  if (!watched.settled) throw new GivenUp(run.whyOver);
  return watched.promise;
}

/**
 * The answer of an activity that is given no further try as soon as the run is over. A try that is under way ends by itself,
 * and is waited for: with `WAIT_CANCELLATION_COMPLETED` this settles when none can begin any more.
 */
export async function lastTryWhenOver<T>(run: Run, activity: () => Promise<T>): Promise<T> {
  const scope = new CancellationScope();
  const watched = watch(scope.run(activity));
  await condition(() => watched.settled || run.over);
  if (!watched.settled) scope.cancel();
  return watched.promise;
}

/** Lets time pass, unless the run is over before. `summary` is the line that the Temporal UI shows for it, as for every timer. */
export async function pause(run: Run, seconds: number, summary: string): Promise<void> {
  if (seconds > 0) await condition(() => run.over, milliseconds(seconds), { summary });
}

/** Whole milliseconds, at least one: a timer of 0 means "no timer" to `condition`. */
export const milliseconds = (seconds: number): number => Math.max(1, Math.ceil(seconds * 1000));
