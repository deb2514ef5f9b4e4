import type { Instance, ScheduledEvent, SpotRequest } from '../../adapters/aws';

/** What the last looks say of an instance. */
export type InstanceListener = (instance: Instance) => void;

/** What EC2 does, or is about to do, to an instance that nobody of ours has ended. */
export type WordOfEc2 =
  | { kind: 'lost'; instance: Instance }
  | { kind: 'marked'; request: SpotRequest }
  | { kind: 'scheduled'; event: ScheduledEvent };

/** What beside a loss is news to whoever listens; asked at each look. Default: everything. */
export interface Heeds {
  marked?: (request: SpotRequest) => boolean;
  scheduled?: (event: ScheduledEvent) => boolean;
}

/** Looks at all instances of one installation in one region, for everybody at once; only while somebody wants to know. */
export interface InstanceWatcher {
  readonly region: string;
  /** As of the last look; undefined when no look has shown it yet. */
  get(instanceId: string): Instance | undefined;
  /**
   * Calls back at once with what is known, and at every change of state, state reason or address, within about 10 s of EC2
   * showing it. Answers a function that ends it.
   */
  onChange(instanceId: string, listener: InstanceListener): () => void;
  /** Resolves with the first look that satisfies `until`; looks often meanwhile. Rejects with the signal's reason. */
  waitFor(instanceId: string, until: (instance: Instance) => boolean, signal?: AbortSignal): Promise<Instance>;
  /**
   * How it is by a look that begins from now on, and not by what was seen before; undefined: EC2 does not show it (yet).
   * Rejects when that look fails.
   */
  ask(instanceId: string, signal?: AbortSignal): Promise<Instance | undefined>;
  /**
   * Resolves when the instance is lost, its spot request is marked for an interruption, or its maintenance is scheduled; looks every
   * few seconds meanwhile. Rejects with the signal's reason.
   */
  hearWord(instanceId: string, signal?: AbortSignal, heeds?: Heeds): Promise<WordOfEc2>;
  /** Resolves once it is shutting-down, terminated or gone. */
  waitGone(instanceId: string, signal?: AbortSignal): Promise<Instance>;
  /** Stops looking; pending waits reject. */
  close(): void;
}

/** One watcher a region, made when first asked for. */
export interface Watchers {
  in(region: string): InstanceWatcher;
  close(): void;
}
