import { DEFAULT_GROUP } from '../catalog/network';
import type { Experiment, Template } from '../fis/model';
import type { Instance, SpotRequest, Volume } from './model';
import type { KeyPair, NetworkInterface, SecurityGroup, Snapshot } from './resources';

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
  /** What older clouds did not know. */
  snapshots?: Snapshot[];
  keyPairs?: KeyPair[];
  securityGroups?: SecurityGroup[];
  networkInterfaces?: NetworkInterface[];
  /** Absent in files of earlier releases. */
  templates?: Template[];
  experiments?: Experiment[];
  fisTokens?: [key: string, made: { sent: string; id: string }][];
}

/** Everything that EC2 and FIS remember, in one place. Objects are changed in place by the lifecycle and the actions. */
export class Store {
  readonly instances = new Map<string, Instance>();
  readonly volumes = new Map<string, Volume>();
  readonly spotRequests = new Map<string, SpotRequest>();
  readonly snapshots = new Map<string, Snapshot>();
  readonly keyPairs = new Map<string, KeyPair>();
  readonly securityGroups = new Map<string, SecurityGroup>([
    [DEFAULT_GROUP.id, { ...DEFAULT_GROUP, seq: 0, tags: new Map() }],
  ]);
  readonly networkInterfaces = new Map<string, NetworkInterface>();
  /** By scope (region or zone) and token. */
  readonly tokens = new Map<string, TokenRecord>();
  /** Of FIS. */
  readonly templates = new Map<string, Template>();
  readonly experiments = new Map<string, Experiment>();
  /** By call and token, what was sent and what it made. */
  readonly fisTokens = new Map<string, { sent: string; id: string }>();
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
      snapshots: [...this.snapshots.values()],
      keyPairs: [...this.keyPairs.values()],
      securityGroups: [...this.securityGroups.values()],
      networkInterfaces: [...this.networkInterfaces.values()],
      templates: [...this.templates.values()],
      experiments: [...this.experiments.values()],
      fisTokens: [...this.fisTokens],
    };
  }

  fill(content: StoreContent): void {
    if (content.version !== 1) throw new Error(`version ${content.version} is none that this cloud reads`);
    this.seq = content.seq;
    for (const instance of content.instances) this.instances.set(instance.id, instance);
    for (const volume of content.volumes) this.volumes.set(volume.id, volume);
    for (const request of content.spotRequests) this.spotRequests.set(request.id, request);
    for (const snapshot of content.snapshots ?? []) this.snapshots.set(snapshot.id, snapshot);
    for (const pair of content.keyPairs ?? []) this.keyPairs.set(pair.id, pair);
    for (const group of content.securityGroups ?? []) this.securityGroups.set(group.id, group);
    for (const each of content.networkInterfaces ?? []) this.networkInterfaces.set(each.id, each);
    for (const [key, parameters, done] of content.tokens) {
      const launched = done ? { launched: Promise.resolve(done), done } : { launched: undefined };
      this.tokens.set(key, { parameters, ...launched });
    }
    for (const template of content.templates ?? []) this.templates.set(template.id, template);
    for (const experiment of content.experiments ?? []) this.experiments.set(experiment.id, experiment);
    for (const [key, made] of content.fisTokens ?? []) this.fisTokens.set(key, made);
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
