import { ApplicationFailure } from '@temporalio/activity';
import type { TrainingActivities } from '../../../contract';

export interface Fault {
  activity: keyof TrainingActivities;
  /**
   * `before`: nothing has happened. `after`: it has, and the answer is lost. `hang`: nothing is ever answered. `lasts`: nor is it here,
   * but there are signs of life.
   */
  when: 'before' | 'after' | 'hang' | 'lasts';
  /** Default 1. */
  times?: number;
  /** Default: a retryable failure without a type. */
  error?: () => Error;
}

/** Faults that are armed, by activity, in the order in which they strike. */
export class Faults {
  #armed: (Fault & { times: number })[] = [];

  arm(fault: Fault): void {
    this.#armed.push({ times: 1, ...fault });
  }

  /** Runs `work` as the activity, with the first fault that is armed for it, if any. */
  async around<T>(
    activity: keyof TrainingActivities,
    work: () => T | Promise<T>,
    forever: (alive: boolean) => Promise<never>,
  ): Promise<T> {
    const fault = this.#armed.find((f) => f.activity === activity && f.times > 0);
    if (!fault) return work();
    fault.times -= 1;
    if (fault.when === 'hang' || fault.when === 'lasts') return forever(fault.when === 'lasts');
    if (fault.when === 'after') await work();
    throw (fault.error ?? (() => ApplicationFailure.retryable(`fault: ${activity} ${fault.when}`)))();
  }
}
