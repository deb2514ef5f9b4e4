import type { InstanceListener, InstanceWatcher, Watchers } from '../../../activities/watch';
import type { Instance, InstanceState } from '../../../adapters/aws';

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
  waitGone(id: string, signal?: AbortSignal): Promise<Instance> {
    return this.waitFor(id, ({ state }) => ['shutting-down', 'terminated', 'gone'].includes(state), signal);
  }
  close(): void {}
}
