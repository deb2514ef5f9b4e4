import type { ActivityDeps } from '../../../activities';
import type { StoredSpec } from '../../../activities/step/spec-store';
import type { Ec2, Image, Instance, SpotPrice } from '../../../adapters/aws';
import { type Host, type HostEvent, type NodeRef, type RunSpec, type Settings, specKey } from '../../../contract';
import { FakeAgent } from './fake-agent';
import { FakeUploads } from './fake-uploads';
import { FakeWatcher } from './fake-watcher';
import { MemoryStore } from './memory-store';

export const NODE: NodeRef = {
  workflowId: 'digits-7k2f',
  runKey: '0123456789abcdef',
  installation: 'default',
  namespaceId: '11111111-2222-3333-4444-555555555555',
  attempt: 2,
  node: 0,
};

export const HOST: Host = {
  node: NODE,
  instanceId: 'i-0a1b2c3d4e5f60718',
  region: 'us-east-1',
  address: '127.0.0.1',
  port: 2022,
  user: 'ubuntu',
  detail: '',
};

export const SETTINGS: Settings = {
  home: '/nowhere',
  installation: 'default',
  cloud: 'local',
  region: 'us-east-1',
  bucket: 'trainctl',
  prefix: 'p/',
  subnets: [],
  securityGroups: [],
  address: 'public',
  images: { cpu: 'ami-cpu', gpu: 'ami-gpu' },
  user: 'ubuntu',
  sshPort: 2022,
  secretsAllow: ['STEPS_TEST_TOKEN'],
  prices: {},
  defaults: { instanceTypes: ['g5.xlarge'], project: 'demo' },
  endpoints: {},
  temporal: { address: '127.0.0.1:7233', namespace: 'default' },
};

/** EC2 as far as the steps of this folder ask it. */
export class FakeEc2 {
  readonly region = 'us-east-1';
  zones = new Map([['g5.xlarge', ['us-east-1a', 'us-east-1b']]]);
  prices: SpotPrice[] = [
    { instanceType: 'g5.xlarge', zone: 'us-east-1a', hourlyUsd: 0.4, since: 0 },
    { instanceType: 'g5.xlarge', zone: 'us-east-1b', hourlyUsd: 0.3, since: 0 },
  ];
  image: Image | undefined = { id: 'ami-found', rootDevice: '/dev/sda1', rootGiB: 40 };
  instances: Instance[] = [];
  error: Error | undefined;
  in(): this {
    return this;
  }
  private async answer<T>(value: T): Promise<T> {
    if (this.error) throw this.error;
    return value;
  }
  offeredZones = () => this.answer(this.zones);
  spotPrices = () => this.answer(this.prices);
  resolveImage = () => this.answer(this.image);
  describeSubnets = () => this.answer([{ id: 'subnet-1', zone: 'us-east-1b' }]);
  describeInstances = () => this.answer(this.instances);
}

export interface FakeDeps extends ActivityDeps {
  fakeStore: MemoryStore;
  fakeUploads: FakeUploads;
  fakeAgent: FakeAgent;
  fakeWatcher: FakeWatcher;
  fakeEc2: FakeEc2;
  events: HostEvent[];
  logged: object[];
}

export function fakeDeps(settings: Partial<Settings> = {}): FakeDeps {
  const fakeStore = new MemoryStore();
  const fakeUploads = new FakeUploads();
  const fakeAgent = new FakeAgent();
  const fakeWatcher = new FakeWatcher();
  const fakeEc2 = new FakeEc2();
  const events: HostEvent[] = [];
  const logged: object[] = [];
  const note = (fields: object, message: string): void => void logged.push({ ...fields, message });
  return {
    settings: { ...SETTINGS, ...settings },
    secret: Buffer.alloc(32, 1),
    namespaceId: NODE.namespaceId,
    ec2: fakeEc2 as unknown as Ec2,
    store: fakeStore,
    uploads: fakeUploads,
    largeAboveBytes: 5 * 1024 ** 3,
    agent: { source: Buffer.from('agent'), sha256: 'a'.repeat(64) },
    watchers: fakeWatcher,
    sessions: fakeAgent,
    timing: { visibilitySeconds: 120, undoWaitSeconds: 20, launchWithinSeconds: 45 },
    log: { debug: note, info: note, warn: note, error: note },
    signalRun: async (_run, event) => {
      events.push(event);
    },
    close: () => {},
    fakeStore,
    fakeUploads,
    fakeAgent,
    fakeWatcher,
    fakeEc2,
    events,
    logged,
  };
}

/** Stores the spec where every step on a host looks for it. */
export async function storeSpec(deps: FakeDeps, spec: RunSpec): Promise<void> {
  const stored: StoredSpec = {
    version: 1,
    run: NODE,
    spec,
    resolved: { region: 'us-east-1', imageId: 'ami-1', user: 'ubuntu', resolvedAt: '2026-11-23T00:00:00Z' },
  };
  await deps.store.put(specKey(deps.settings.prefix, NODE.runKey), JSON.stringify(stored));
}

/** The failure that `promise` rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error & { type?: string; nonRetryable?: boolean }> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
}
