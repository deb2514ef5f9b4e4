import type { Instance } from '../../adapters/aws';
import { type InstanceWatcher, isLost } from '../watch';

/** How long a host that EC2 is taking may still finish its last words over a connection that lives. Milliseconds. */
const LAST_WORDS_MS = 10_000;

/** EC2 often shows why only some seconds after it shows that. Milliseconds. */
const REASON_MS = 8_000;

/**
 * Notices that EC2 has taken the instance. `now` aborts when the attachment has to end for it: at once while the host is
 * silent, some seconds later while it still speaks.
 */
export class LossWatch {
  private instance: Instance | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly ended = new AbortController();
  private readonly unwatch: () => void;
  private speaking = false;

  constructor(
    private readonly watcher: InstanceWatcher,
    private readonly instanceId: string,
  ) {
    this.unwatch = watcher.onChange(instanceId, (instance) => {
      if (!isLost(instance)) return;
      this.instance = instance;
      this.decide();
    });
  }

  /** Aborted once the instance is lost and nothing more is to be heard of it. */
  get now(): AbortSignal {
    return this.ended.signal;
  }

  /** Whether the host is attached and speaks. */
  setSpeaking(speaking: boolean): void {
    this.speaking = speaking;
    // Silence is often the first that is known of a loss: EC2 is asked at once, and answers those who listen.
    if (!speaking) this.watcher.ask(this.instanceId).catch(() => undefined);
    this.decide();
  }

  private decide(): void {
    if (!this.instance || this.ended.signal.aborted) return;
    const over = !this.speaking || this.instance.state === 'terminated' || this.instance.state === 'gone';
    if (over) this.ended.abort();
    else this.timer ??= setTimeout(() => this.ended.abort(), LAST_WORDS_MS);
  }

  /** The lost instance, with EC2's reason where it gives one within some seconds. */
  async withReason(): Promise<Instance | undefined> {
    if (!this.instance || this.instance.stateReason) return this.instance;
    const signal = AbortSignal.timeout(REASON_MS);
    const known = (i: Instance): boolean => isLost(i) && (i.stateReason !== undefined || i.state === 'gone');
    return this.watcher.waitFor(this.instanceId, known, signal).catch(() => this.instance);
  }

  close(): void {
    clearTimeout(this.timer);
    this.unwatch();
  }
}
