import type {
  Ec2,
  Instance,
  InstanceQuery,
  RunInstancesArgs,
  ScheduledEvent,
  SpotRequest,
  Volume,
} from '../../../../adapters/aws';

export type Action =
  | 'run'
  | 'instances'
  | 'terminate'
  | 'volumes'
  | 'deleteVolume'
  | 'spot'
  | 'spotOf'
  | 'cancelSpot'
  | 'events'
  | 'image';

/** An error as the SDK throws it for an answer of EC2. */
export const ec2Answer = (code: string, status = 400, message = `${code}, says EC2`): Error =>
  Object.assign(new Error(message), { name: code, $metadata: { httpStatusCode: status } });

export const cutConnection = (): Error =>
  Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', $metadata: {} });

export interface FakeInstance extends Instance {
  /** Described from this look on; counted by the looks that would have shown it. */
  hiddenLooks: number;
}

/**
 * EC2 in memory, as far as undo and launch see it: client tokens bind, tags filter, terminate takes two looks to finish.
 * Errors are thrown as armed, before or after the effect.
 */
export class FakeEc2 implements Ec2 {
  readonly instances = new Map<string, FakeInstance>();
  readonly volumes = new Map<string, Volume>();
  readonly spotRequests = new Map<string, SpotRequest>();
  readonly calls: { action: Action; args: unknown }[] = [];
  readonly launches: RunInstancesArgs[] = [];
  /** Looks that new instances stay invisible for. */
  hideFor = 0;
  /** Looks that an instance takes from shutting-down to terminated. */
  terminateLooks = 2;
  keepsVolumes = false;
  readonly #armed: { action: Action; error: Error; after: boolean; times: number }[] = [];
  readonly #tokens = new Map<string, string>();
  readonly #going = new Map<string, number>();
  #count = 0;

  constructor(readonly region = 'us-east-1') {}

  in(region: string): Ec2 {
    if (region !== this.region) throw new Error(`the test has no region ${region}`);
    return this;
  }

  /** The next `times` calls of `action` throw: before they have their effect, or after it. */
  arm(action: Action, error: Error, options: { after?: boolean; times?: number } = {}): void {
    this.#armed.push({ action, error, after: options.after ?? false, times: options.times ?? 1 });
  }

  count(action: Action): number {
    return this.calls.filter((call) => call.action === action).length;
  }

  get alive(): string[] {
    return [...this.instances.values()].filter((i) => i.state !== 'terminated').map((i) => i.id);
  }

  set(id: string, change: Partial<FakeInstance>): void {
    const instance = this.instances.get(id);
    if (instance) this.instances.set(id, { ...instance, ...change });
  }

  add(instance: Partial<FakeInstance> & { id: string }): void {
    this.instances.set(instance.id, {
      state: 'running',
      volumeIds: [],
      tags: {},
      launchedAt: Date.now(),
      hiddenLooks: 0,
      publicAddress: '127.0.0.1',
      ...instance,
    });
  }

  runInstances(args: RunInstancesArgs): Promise<Instance> {
    return this.#call('run', args, () => {
      const bound = this.#tokens.get(args.clientToken);
      if (bound) {
        const instance = this.instances.get(bound);
        if (!instance || instance.state === 'terminated') throw ec2Answer('IdempotentInstanceTerminated');
        return instance;
      }
      this.#count += 1;
      const id = `i-${String(this.#count).padStart(17, '0')}`;
      this.launches.push(args);
      this.#tokens.set(args.clientToken, id);
      const spot = args.market === 'spot' ? { spotRequestId: `sir-${this.#count}` } : {};
      this.add({
        id,
        state: 'pending',
        clientToken: args.clientToken,
        tags: args.tags,
        hiddenLooks: this.hideFor,
        volumeIds: [`vol-${this.#count}`],
        ...spot,
      });
      const volume = `vol-${this.#count}`;
      this.volumes.set(volume, { id: volume, state: 'in-use', instanceIds: [id], tags: args.tags });
      if (spot.spotRequestId) {
        this.spotRequests.set(spot.spotRequestId, {
          id: spot.spotRequestId,
          state: 'active',
          instanceId: id,
          tags: args.tags,
        });
      }
      return this.instances.get(id) as Instance;
    });
  }

  describeInstances(query: InstanceQuery): Promise<Instance[]> {
    return this.#call('instances', query, () => {
      const found = [...this.instances.values()].filter(
        (i) =>
          (!query.ids || query.ids.includes(i.id)) &&
          (!query.clientTokens || query.clientTokens.includes(i.clientToken ?? '')) &&
          Object.entries(query.tags ?? {}).every(([key, value]) => i.tags[key] === value),
      );
      const shown = found.filter((i) => i.hiddenLooks <= 0).map((i) => ({ ...i }));
      for (const i of found) i.hiddenLooks -= 1;
      for (const i of found) this.#advance(i);
      return shown;
    });
  }

  terminateInstances(ids: string[]): Promise<void> {
    return this.#call('terminate', ids, () => {
      for (const id of ids) {
        const instance = this.instances.get(id);
        if (!instance || instance.hiddenLooks > 0) throw ec2Answer('InvalidInstanceID.NotFound');
        if (instance.state === 'terminated') continue;
        instance.state = 'shutting-down';
        this.#going.set(id, this.terminateLooks);
      }
    });
  }

  describeVolumes(tags: Record<string, string>): Promise<Volume[]> {
    return this.#call('volumes', tags, () => [...this.volumes.values()].filter((v) => matches(v, tags)));
  }

  deleteVolume(id: string): Promise<void> {
    return this.#call('deleteVolume', id, () => {
      if (!this.volumes.delete(id)) throw ec2Answer('InvalidVolume.NotFound');
    });
  }

  describeSpotRequests(tags: Record<string, string>): Promise<SpotRequest[]> {
    return this.#call('spot', tags, () => [...this.spotRequests.values()].filter((r) => matches(r, tags)));
  }

  spotRequestsOf(instanceIds: string[]): Promise<SpotRequest[]> {
    return this.#call('spotOf', instanceIds, () =>
      [...this.spotRequests.values()].filter((r) => r.instanceId !== undefined && instanceIds.includes(r.instanceId)),
    );
  }

  readonly scheduled: ScheduledEvent[] = [];
  scheduledEvents(): Promise<ScheduledEvent[]> {
    return this.#call('events', undefined, () => [...this.scheduled]);
  }

  cancelSpotRequests(ids: string[]): Promise<void> {
    return this.#call('cancelSpot', ids, () => {
      for (const id of ids) {
        const request = this.spotRequests.get(id);
        if (request) this.spotRequests.set(id, { ...request, state: 'cancelled' });
      }
    });
  }

  spotPrices = async () => [];
  offeredZones = async () => new Map<string, string[]>();
  describeSubnets = async (ids: string[]) => ids.map((id) => ({ id, zone: id.replace('subnet-', 'us-east-1') }));
  close(): void {}

  resolveImage(id: string) {
    return this.#call('image', id, () =>
      id === 'ami-none' ? undefined : { id, rootDevice: '/dev/sda1', rootGiB: id === 'ami-big' ? 100 : 8 },
    );
  }

  #advance(instance: FakeInstance): void {
    const looks = this.#going.get(instance.id);
    if (looks === undefined) return;
    this.#going.set(instance.id, looks - 1);
    if (looks > 1) return;
    this.#going.delete(instance.id);
    instance.state = 'terminated';
    for (const [id, volume] of this.volumes) {
      if (!volume.instanceIds.includes(instance.id)) continue;
      if (this.keepsVolumes) this.volumes.set(id, { ...volume, state: 'available', instanceIds: [] });
      else this.volumes.delete(id);
    }
  }

  async #call<T>(action: Action, args: unknown, effect: () => T): Promise<T> {
    this.calls.push({ action, args });
    const armed = this.#armed.find((a) => a.action === action && a.times > 0);
    if (armed) {
      armed.times -= 1;
      if (armed.after) effect();
      throw armed.error;
    }
    return effect();
  }
}

const matches = (thing: { tags: Record<string, string> }, tags: Record<string, string>): boolean =>
  Object.entries(tags).every(([key, value]) => thing.tags[key] === value);
