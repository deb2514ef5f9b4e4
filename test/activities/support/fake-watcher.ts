import type { Heeds, InstanceListener, InstanceWatcher, Watchers, WordOfEc2 } from '../../../activities/watch';
import type { Instance, InstanceState, ScheduledEvent, SpotRequest } from '../../../adapters/aws';

/** A watcher whose looks are made by the test. */
export class FakeWatcher implements InstanceWatcher, Watchers {
  readonly region = 'us-east-1';
  private readonly instances = new Map<string, Instance>();
  private readonly listeners = new Set<{ id: string; listener: InstanceListener }>();

  show(id: string, state: InstanceState, more: Partial<Instance> = {}): void {
    const instance: Instance = { id, state, volumeIds: [], tags: {}, ...more };
    this.instances.set(id, instance);
    for (const one of this.listeners) if (one.id === id) one.listener(instance);
  }

  get listening(): number {
    return this.listeners.size;
  }

  in(): InstanceWatcher {
    return this;
  }
  get(id: string): Instance | undefined {
    return this.instances.get(id);
  }
  onChange(id: string, listener: InstanceListener): () => void {
    const one = { id, listener };
    this.listeners.add(one);
    const known = this.instances.get(id);
    if (known) listener(known);
    return () => this.listeners.delete(one);
  }
  waitFor(id: string, until: (instance: Instance) => boolean, signal?: AbortSignal): Promise<Instance> {
    return new Promise((resolve, reject) => {
      let end = (): void => {};
      end = this.onChange(id, (instance) => {
        if (!until(instance)) return;
        setImmediate(() => end());
        resolve(instance);
      });
      signal?.addEventListener('abort', () => {
        end();
        reject(signal.reason);
      });
    });
  }
  /** What EC2 would answer to a question that is asked now; what it has shown, if nothing is said. */
  answers = new Map<string, Instance>();
  asked: string[] = [];
  async ask(id: string): Promise<Instance | undefined> {
    this.asked.push(id);
    return this.answers.get(id) ?? this.instances.get(id);
  }
  private readonly heeding = new Map<string, { request(r: SpotRequest): void; event(e: ScheduledEvent): void }>();
  mark(id: string, request: Partial<SpotRequest>): void {
    this.heeding.get(id)?.request({ id: 'sir-1', state: 'active', tags: {}, instanceId: id, ...request });
  }
  schedule(id: string, event: Omit<ScheduledEvent, 'instanceId'>): void {
    this.heeding.get(id)?.event({ instanceId: id, ...event });
  }
  hearWord(id: string, signal?: AbortSignal, heeds: Heeds = {}): Promise<WordOfEc2> {
    const over = new AbortController();
    const either = AbortSignal.any([over.signal, ...(signal ? [signal] : [])]);
    return new Promise((resolve, reject) => {
      const heard = (word: WordOfEc2): void => {
        resolve(word);
        over.abort();
      };
      this.heeding.set(id, {
        request: (request) => (heeds.marked?.(request) ?? true) && heard({ kind: 'marked', request }),
        event: (event) => (heeds.scheduled?.(event) ?? true) && heard({ kind: 'scheduled', event }),
      });
      const lost = ({ state }: Instance): boolean => state !== 'pending' && state !== 'running';
      this.waitFor(id, lost, either).then((instance) => resolve({ kind: 'lost', instance }), reject);
    });
  }
  waitGone(id: string, signal?: AbortSignal): Promise<Instance> {
    return this.waitFor(id, ({ state }) => ['shutting-down', 'terminated', 'gone'].includes(state), signal);
  }
  close(): void {}
}
