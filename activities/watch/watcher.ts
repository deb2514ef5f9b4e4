import type { Ec2, Instance } from '../../adapters/aws';
import { type RunRef, TAGS } from '../../contract';
import { isAnnounced } from './announced';
import { isLost } from './loss';
import { Notices } from './notices';
import { isGone, type SightingRules, Sightings } from './sightings';
import type { Heeds, InstanceListener, InstanceWatcher, WordOfEc2 } from './types';
import { settleOnce } from './wait';
import { type Waiter, Waiters } from './waiters';

export interface WatchOptions extends SightingRules {
  /** Between looks at everything. Default 10. */
  everySeconds: number;
  /** Between looks at the few instances whose next state somebody waits for: from the first, doubling, to the second. */
  eagerSeconds: [first: number, longest: number];
  /** Between looks at the instances of those who listen for bad news, and at their spot requests. Default 3. */
  attentiveSeconds: number;
  now: () => number;
  /** Told of looks that failed. The next look asks again. */
  onError: (error: unknown) => void;
}

const DEFAULTS: WatchOptions = {
  everySeconds: 10,
  eagerSeconds: [0.1, 1],
  attentiveSeconds: 3,
  visibilitySeconds: 120,
  misses: 3,
  now: Date.now,
  onError: () => {},
};

/** After a look that failed, on top of the SDK's own retries: from the first, doubling, to the last. */
const FAILED_PAUSE_MS = { first: 2_000, longest: 30_000 };

/** More waiters than this are served by the look at everything, as often. */
const EAGER_IDS = 200;

/** One DescribeInstances for everybody, however many instances there are; none while nobody asks. */
export class RegionWatcher implements InstanceWatcher {
  readonly region: string;
  readonly #options: WatchOptions;
  readonly #sightings: Sightings;
  readonly #waiters = new Waiters();
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #lastFull = Number.NEGATIVE_INFINITY;
  #lastAttentive = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #eagerPause: number;
  readonly #notices: Notices;

  constructor(
    private readonly ec2: Ec2,
    private readonly owner: Pick<RunRef, 'installation' | 'namespaceId'>,
    options: Partial<WatchOptions> = {},
  ) {
    this.region = ec2.region;
    this.#options = { ...DEFAULTS, ...options };
    this.#sightings = new Sightings(this.#options);
    this.#eagerPause = this.#options.eagerSeconds[0];
    this.#notices = new Notices(ec2, this.#options, {
      signal: this.#abort.signal,
      seen: (id) => this.#sightings.get(id),
      waiters: (id) => this.#waiters.of(id),
    });
  }

  get(id: string): Instance | undefined {
    return this.#sightings.get(id);
  }

  onChange(id: string, listener: InstanceListener): () => void {
    return this.#add({ ...this.#waiter(id, 'patient', () => {}), listener });
  }

  waitFor(id: string, until: (instance: Instance) => boolean, signal?: AbortSignal): Promise<Instance> {
    return settleOnce<Instance>(signal, ({ resolve, reject }) =>
      this.#add({
        ...this.#waiter(id, 'eager', reject),
        listener: (instance) => {
          if (until(instance)) resolve(instance);
        },
      }),
    );
  }

  ask(id: string, signal?: AbortSignal): Promise<Instance | undefined> {
    return settleOnce<Instance | undefined>(signal, ({ resolve, reject }) =>
      this.#add({ ...this.#waiter(id, 'eager', reject), answer: resolve }),
    );
  }

  hearWord(id: string, signal?: AbortSignal, heeds: Heeds = {}): Promise<WordOfEc2> {
    const { marked = () => true, scheduled = () => true } = heeds;
    return settleOnce<WordOfEc2>(signal, ({ resolve, reject }) =>
      this.#add({
        ...this.#waiter(id, 'attentive', reject),
        listener: (instance) => {
          if (isLost(instance)) resolve({ kind: 'lost', instance });
        },
        onRequest: (request) => {
          if (isAnnounced(request) && marked(request)) resolve({ kind: 'marked', request });
        },
        onScheduled: (event) => {
          if (scheduled(event)) resolve({ kind: 'scheduled', event });
        },
      }),
    );
  }

  waitGone(id: string, signal?: AbortSignal): Promise<Instance> {
    return this.waitFor(id, isGone, signal);
  }

  close(): void {
    const why = new Error('the watcher is closed');
    this.#abort.abort(why);
    clearTimeout(this.#timer);
    for (const waiter of this.#waiters.list()) waiter.fail(why);
    this.#waiters.clear();
  }

  #waiter(id: string, pace: Waiter['pace'], fail: Waiter['fail']): Waiter {
    return { id, pace, since: this.#options.now(), listener: () => {}, fail };
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
    if (waiter.pace === 'eager') this.#eagerPause = this.#options.eagerSeconds[0];
    this.#schedule(known && waiter.pace !== 'eager' ? this.#pause() : 0);
    return () => this.#remove(waiter);
  }

  #remove(waiter: Waiter): void {
    if (!this.#waiters.delete(waiter)) return;
    if (this.#waiters.of(waiter.id).length === 0) this.#sightings.forget(waiter.id);
    if (this.#waiters.size === 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }

  /** Milliseconds until the next look is due. */
  #pause(): number {
    const now = this.#options.now();
    const full = this.#lastFull + this.#options.everySeconds * 1000 - now;
    const some = (pace: 'eager' | 'attentive', milliseconds: number): number =>
      this.#waiters.ids(pace, now).size > 0 ? milliseconds : Number.POSITIVE_INFINITY;
    const eager = some('eager', this.#eagerPause * 1000);
    const attentive = some('attentive', this.#lastAttentive + this.#options.attentiveSeconds * 1000 - now);
    return Math.max(0, Math.min(full, eager, attentive));
  }

  #schedule(milliseconds: number): void {
    if (this.#looking || this.#abort.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), milliseconds);
  }

  async #look(): Promise<void> {
    this.#looking = true;
    const asking = this.#waiters.list().filter((w) => w.answer);
    let atLeast = 0;
    try {
      const now = this.#options.now();
      const attentive = this.#waiters.ids('attentive', now);
      const heeding = attentive.size > 0 && now - this.#lastAttentive >= this.#options.attentiveSeconds * 1000;
      const few = new Set([...this.#waiters.ids('eager', now), ...(heeding ? attentive : [])]);
      const unseen = this.#waiters.list().some((w) => w.pace !== 'eager' && !this.#sightings.get(w.id));
      const full = unseen || few.size > EAGER_IDS || now - this.#lastFull >= this.#options.everySeconds * 1000;
      const asked = full ? this.#sightings.ids() : [...few];
      const seen = full ? await this.#everything(asked) : await this.#some(asked);
      if (full) this.#lastFull = now;
      if (heeding) this.#lastAttentive = now;
      for (const instance of this.#sightings.take(seen, asked, this.#options.now())) this.#tell(instance);
      for (const waiter of asking) waiter.answer?.(this.#sightings.get(waiter.id));
      if (heeding) await this.#notices.heed([...attentive]);
      this.#failures = 0;
    } catch (error) {
      // Nothing is known of what changed; a failed look is no miss.
      atLeast = Math.min(FAILED_PAUSE_MS.longest, FAILED_PAUSE_MS.first * 2 ** this.#failures++);
      for (const waiter of asking) waiter.fail(error);
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
    for (const waiter of this.#waiters.of(instance.id)) waiter.listener(instance);
  }
}
