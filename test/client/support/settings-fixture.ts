import type { Client } from '@temporalio/client';
import type { Ec2, ObjectStore } from '../../../adapters/aws';
import { NoSuchObjectError } from '../../../adapters/aws';
import { TrainctlClient } from '../../../client';
import type { Settings } from '../../../contract';
import type { MemoryObjects } from './memory-objects';

export const SETTINGS: Settings = {
  home: '/nonexistent',
  installation: 'test',
  cloud: 'local',
  region: 'us-east-1',
  bucket: 'bucket',
  prefix: '',
  subnets: [],
  securityGroups: [],
  address: 'public',
  images: { cpu: 'ami-1', gpu: 'ami-2' },
  user: 'ubuntu',
  sshPort: 2022,
  secretsAllow: [],
  prices: {},
  defaults: { instanceTypes: ['m5.large'], project: 'demo' },
  endpoints: {},
  temporal: { address: '127.0.0.1:1', namespace: 'default', uiUrl: 'http://127.0.0.1:8233' },
};

/** A client over a real Temporal server, objects in memory and an EC2 that has nothing. */
export function clientOver(temporal: Client, objects: MemoryObjects, seen: Partial<Ec2> = {}): TrainctlClient {
  const store: Partial<ObjectStore> = {
    get: async (key) => Buffer.from((await objects.get(key)) ?? missing(key)),
    getRange: async (key, from, end) => Buffer.from((await objects.get(key, { from, end })) ?? missing(key)),
    list: async function* (prefix, options = {}) {
      const after = options.startAfter === undefined ? {} : { startAfter: options.startAfter };
      for await (const entry of objects.list(prefix, after)) yield { ...entry, modifiedAt: 0 };
    },
    close: () => undefined,
  };
  const ec2: Partial<Ec2> = {
    describeInstances: async () => [],
    describeVolumes: async () => [],
    describeSpotRequests: async () => [],
    ...seen,
  };
  return new TrainctlClient(SETTINGS, temporal, store as ObjectStore, ec2 as Ec2);
}

function missing(key: string): never {
  throw new NoSuchObjectError('bucket', key);
}
