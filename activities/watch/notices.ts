import type { Ec2, Instance } from '../../adapters/aws';
import type { Waiter } from './waiters';

/** A question that failed is asked again so much later: it is about what may come, and a loss is heard all the same. Milliseconds. */
const FAILED_PAUSE_MS = 30_000;

interface Seen {
  signal: AbortSignal;
  seen: (instanceId: string) => Instance | undefined;
  waiters: (instanceId: string) => Waiter[];
}

/** What EC2 says beforehand: spot requests that are marked, and maintenance that is scheduled. One call each for all instances. */
export class Notices {
  /** Not asked before. */
  readonly #from = { requests: Number.NEGATIVE_INFINITY, events: Number.NEGATIVE_INFINITY };

  constructor(
    private readonly ec2: Ec2,
    private readonly options: { now: () => number; onError: (error: unknown) => void },
    private readonly seen: Seen,
  ) {}

  /** Asks, and tells those who wait for these instances. Never throws. */
  async heed(ids: string[]): Promise<void> {
    await Promise.all([
      this.#ask('requests', () => this.#requests(ids)),
      this.#ask('events', () => this.#events(new Set(ids))),
    ]);
  }

  async #requests(ids: string[]): Promise<void> {
    const onSpot = ids.filter((id) => this.seen.seen(id)?.spotRequestId !== undefined);
    if (onSpot.length === 0) return;
    for (const request of await this.ec2.spotRequestsOf(onSpot, { signal: this.seen.signal })) {
      for (const waiter of this.seen.waiters(request.instanceId ?? '')) waiter.onRequest?.(request);
    }
  }

  async #events(ids: ReadonlySet<string>): Promise<void> {
    const events = await this.ec2.scheduledEvents({ signal: this.seen.signal });
    const own = events.filter(({ instanceId }) => ids.has(instanceId));
    own.sort((a, b) => (a.notBefore ?? 0) - (b.notBefore ?? 0));
    for (const event of own) for (const waiter of this.seen.waiters(event.instanceId)) waiter.onScheduled?.(event);
  }

  async #ask(what: 'requests' | 'events', question: () => Promise<void>): Promise<void> {
    if (this.options.now() < this.#from[what]) return;
    try {
      await question();
    } catch (error) {
      this.#from[what] = this.options.now() + FAILED_PAUSE_MS;
      if (!this.seen.signal.aborted) this.options.onError(error);
    }
  }
}
