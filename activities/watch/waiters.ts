import type { Instance, ScheduledEvent, SpotRequest } from '../../adapters/aws';
import type { InstanceListener } from './types';

/**
 * How often somebody needs a look. `eager`: the next state is waited for, for a while several times a second. `attentive`:
 * bad news must be heard in seconds. `patient`: the looks at everything are enough.
 */
export type Pace = 'eager' | 'attentive' | 'patient';

/** Somebody who wants to know of one instance. */
export interface Waiter {
  id: string;
  pace: Pace;
  /** Epoch milliseconds. */
  since: number;
  listener: InstanceListener;
  /** Told of the spot request of an attentive waiter's instance, at every look. */
  onRequest?: (request: SpotRequest) => void;
  /** Told of each event that is scheduled for it, the nearest first. */
  onScheduled?: (event: ScheduledEvent) => void;
  /** Told once, by the first look that began after it was added, changed or not. */
  answer?: (instance: Instance | undefined) => void;
  fail: (why: unknown) => void;
}

/** Who waits longer than this for the next state is served by the looks at everything. */
const EAGER_MS = 5 * 60_000;

export class Waiters {
  readonly #all = new Set<Waiter>();

  get size(): number {
    return this.#all.size;
  }

  add(waiter: Waiter): void {
    this.#all.add(waiter);
  }

  delete(waiter: Waiter): boolean {
    return this.#all.delete(waiter);
  }

  clear(): void {
    this.#all.clear();
  }

  /** As they are now: whoever is told may leave. */
  list(): Waiter[] {
    return [...this.#all];
  }

  of(id: string): Waiter[] {
    return this.list().filter((waiter) => waiter.id === id);
  }

  /** The instances that somebody of this pace waits for. */
  ids(pace: Exclude<Pace, 'patient'>, now: number): Set<string> {
    const since = pace === 'eager' ? now - EAGER_MS : Number.NEGATIVE_INFINITY;
    return new Set(this.list().flatMap((w) => (w.pace === pace && w.since > since ? [w.id] : [])));
  }
}
