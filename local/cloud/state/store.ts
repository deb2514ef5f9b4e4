import type { Instance, SpotRequest, Volume } from './model';

/** What a client token is bound to. */
export interface TokenRecord {
  /** Canonical parameters of the call that bound it. */
  parameters: string;
  /** The reservation; undefined while the launch was refused, which leaves the token bound all the same. */
  launched: Promise<Launched> | undefined;
  /** The same once the launch is over; what is saved. */
  done?: Launched;
}

export interface Launched {
  reservationId: string;
  instanceIds: string[];
}

/** What of a store outlives its process. */
export interface StoreContent {
  version: 1;
  seq: number;
  instances: Instance[];
  volumes: Volume[];
  spotRequests: SpotRequest[];
  tokens: [key: string, parameters: string, launched: Launched | null][];
}

/** Everything EC2 remembers, in one place. Objects are changed in place by the lifecycle and the actions. */
export class Store {
  readonly instances = new Map<string, Instance>();
  readonly volumes = new Map<string, Volume>();
  readonly spotRequests = new Map<string, SpotRequest>();
  /** By scope (region or zone) and token. */
  readonly tokens = new Map<string, TokenRecord>();
  private seq = 0;

  nextSeq(): number {
    this.seq += 1;
    return this.seq;
  }

  /** User data stays out: it holds keys, and no machine of this process will boot again. */
  content(): StoreContent {
    return {
      version: 1,
      seq: this.seq,
      instances: [...this.instances.values()].map((instance) => ({ ...instance, userData: undefined })),
      volumes: [...this.volumes.values()],
      spotRequests: [...this.spotRequests.values()],
      tokens: [...this.tokens].map(([key, { parameters, done }]) => [key, parameters, done ?? null]),
    };
  }

  fill(content: StoreContent): void {
    if (content.version !== 1) throw new Error(`version ${content.version} is none that this cloud reads`);
    this.seq = content.seq;
    for (const instance of content.instances) this.instances.set(instance.id, instance);
    for (const volume of content.volumes) this.volumes.set(volume.id, volume);
    for (const request of content.spotRequests) this.spotRequests.set(request.id, request);
    for (const [key, parameters, done] of content.tokens) {
      const launched = done ? { launched: Promise.resolve(done), done } : { launched: undefined };
      this.tokens.set(key, { parameters, ...launched });
    }
  }

  /** Instances that Describe calls show now. */
  visibleInstances(): Instance[] {
    const now = Date.now();
    return [...this.instances.values()].filter((instance) => instance.visibleFrom <= now);
  }

  isVisible(instanceId: string | undefined): boolean {
    const instance = instanceId === undefined ? undefined : this.instances.get(instanceId);
    return instance === undefined || instance.visibleFrom <= Date.now();
  }
}
