import type { Instance, SpotRequest, Volume } from './model';

/** What a client token is bound to. */
export interface TokenRecord {
  /** Canonical parameters of the call that bound it. */
  parameters: string;
  /** The reservation; undefined while the launch was refused, which leaves the token bound all the same. */
  launched: Promise<Launched> | undefined;
}

export interface Launched {
  reservationId: string;
  instanceIds: string[];
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

  /** The tags of any resource, by id. */
  tagsOf(id: string): Map<string, string> | undefined {
    return (this.instances.get(id) ?? this.volumes.get(id) ?? this.spotRequests.get(id))?.tags;
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
