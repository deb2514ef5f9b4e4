import type { Ec2, Instance } from '../../adapters/aws';
import { type RunRef, TAGS } from '../../contract';
import { isGone, type SightingRules, Sightings } from './sightings';
import type { InstanceListener, InstanceWatcher } from './types';

export interface WatchOptions extends SightingRules {
  /** Between looks at everything. Default 10. */
  everySeconds: number;
  /** Between looks at the few instances whose next state somebody waits for: from the first, doubling, to the second. */
  eagerSeconds: [first: number, longest: number];
  now: () => number;
  /** Told of looks that failed. The next look asks again. */
  onError: (error: unknown) => void;
}

const DEFAULTS: WatchOptions = {
  everySeconds: 10,
  eagerSeconds: [0.1, 1],
  visibilitySeconds: 120,
  misses: 3,
  now: Date.now,
  onError: () => {},
};

/** Who waits longer than this for the next state is served by the looks at everything. */
const EAGER_MS = 5 * 60_000;

/** After a look that failed, on top of the SDK's own retries. */
const FAILED_PAUSE_MS = 2000;

/** More waiters than this are served by the look at everything, as often. */
const EAGER_IDS = 200;

interface Waiter {
  id: string;
  listener: InstanceListener;
  eager: boolean;
  since: number;
  fail: (why: unknown) => void;
}

/** One DescribeInstances for everybody, however many instances there are; none while nobody asks. */
export class RegionWatcher implements InstanceWatcher {
  readonly region: string;
  readonly #options: WatchOptions;
  readonly #sightings: Sightings;
  readonly #waiters = new Set<Waiter>();
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #lastFull = Number.NEGATIVE_INFINITY;
  #eagerPause: number;

  constructor(
    private readonly ec2: Ec2,
    private readonly owner: Pick<RunRef, 'installation' | 'namespaceId'>,
    options: Partial<WatchOptions> = {},
  ) {
    this.region = ec2.region;
    this.#options = { ...DEFAULTS, ...options };
    this.#sightings = new Sightings(this.#options);
    this.#eagerPause = this.#options.eagerSeconds[0];
  }

  get(id: string): Instance | undefined {
    return this.#sightings.get(id);
  }

  onChange(id: string, listener: InstanceListener): () => void {
    return this.#add({ id, listener, eager: false, since: this.#options.now(), fail: () => {} });
  }

  waitFor(id: string, until: (instance: Instance) => boolean, signal?: AbortSignal): Promise<Instance> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const finish = (give: () => void): void => {
        // The first call may come before `end` is there.
        queueMicrotask(() => end());
        signal?.removeEventListener('abort', onAbort);
        give();
      };
      const onAbort = (): void => finish(() => reject(signal?.reason));
      signal?.addEventListener('abort', onAbort, { once: true });
      const end = this.#add({
        id,
        eager: true,
        since: this.#options.now(),
        listener: (instance) => {
          if (until(instance)) finish(() => resolve(instance));
        },
        fail: (why) => finish(() => reject(why)),
      });
    });
  }

  waitGone(id: string, signal?: AbortSignal): Promise<Instance> {
    return this.waitFor(id, isGone, signal);
  }

  close(): void {
    const why = new Error('the watcher is closed');
    this.#abort.abort(why);
    clearTimeout(this.#timer);
    for (const waiter of [...this.#waiters]) waiter.fail(why);
    this.#waiters.clear();
  }

  #add(waiter: Waiter): () => void {
    if (this.#abort.signal.aborted) {
      waiter.fail(this.#abort.signal.reason);
      return () => {};
    }
    this.#waiters.add(waiter);
    this.#sightings.expect(waiter.id, this.#options.now());
    const known = this.#sightings.get(waiter.id);
    if (known) waiter.listener(known);
    if (waiter.eager) this.#eagerPause = this.#options.eagerSeconds[0];
    this.#schedule(known && !waiter.eager ? this.#pause() : 0);
    return () => this.#remove(waiter);
  }

  #remove(waiter: Waiter): void {
    if (!this.#waiters.delete(waiter)) return;
    if (![...this.#waiters].some((other) => other.id === waiter.id)) this.#sightings.forget(waiter.id);
    if (this.#waiters.size === 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }

  #eagerIds(): Set<string> {
    const since = this.#options.now() - EAGER_MS;
    return new Set([...this.#waiters].filter((w) => w.eager && w.since > since).map((w) => w.id));
  }

  /** Milliseconds until the next look is due. */
  #pause(): number {
    const full = this.#lastFull + this.#options.everySeconds * 1000 - this.#options.now();
    const eager = this.#eagerIds().size > 0 ? this.#eagerPause * 1000 : Number.POSITIVE_INFINITY;
    return Math.max(0, Math.min(full, eager));
  }

  #schedule(milliseconds: number): void {
    if (this.#looking || this.#abort.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), milliseconds);
  }

  async #look(): Promise<void> {
    this.#looking = true;
    let atLeast = 0;
    try {
      const now = this.#options.now();
      const eager = this.#eagerIds();
      const unseen = [...this.#waiters].some((w) => !w.eager && !this.#sightings.get(w.id));
      const full = unseen || eager.size > EAGER_IDS || now - this.#lastFull >= this.#options.everySeconds * 1000;
      const asked = full ? this.#sightings.ids() : [...eager];
      const seen = full ? await this.#everything(asked) : await this.#some(asked);
      if (full) this.#lastFull = now;
      for (const instance of this.#sightings.take(seen, asked, this.#options.now())) this.#tell(instance);
    } catch (error) {
      // Nothing is known of what changed; a failed look is no miss.
      atLeast = FAILED_PAUSE_MS;
      if (!this.#abort.signal.aborted) this.#options.onError(error);
    } finally {
      this.#looking = false;
      this.#eagerPause = Math.min(this.#eagerPause * 2, this.#options.eagerSeconds[1]);
      if (this.#waiters.size > 0) this.#schedule(Math.max(atLeast, this.#pause()));
    }
  }

  async #everything(asked: string[]): Promise<Instance[]> {
    const tags = { [TAGS.installation]: this.owner.installation, [TAGS.namespace]: this.owner.namespaceId };
    const seen = await this.ec2.describeInstances({ tags }, { signal: this.#abort.signal });
    const ids = new Set(seen.map((instance) => instance.id));
    // Tags show up late, and somebody may have removed them: only an id that EC2 does not know is missing.
    const missing = asked.filter((id) => !ids.has(id) && this.#sightings.get(id)?.state !== 'gone');
    return missing.length === 0 ? seen : [...seen, ...(await this.#some(missing))];
  }

  #some(ids: string[]): Promise<Instance[]> {
    return this.ec2.describeInstances({ ids }, { signal: this.#abort.signal });
  }

  #tell(instance: Instance): void {
    for (const waiter of [...this.#waiters]) {
      if (waiter.id === instance.id) waiter.listener(instance);
    }
  }
}
