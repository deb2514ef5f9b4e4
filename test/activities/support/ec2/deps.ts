import { createHash } from 'node:crypto';
import type { ActivityDeps, Timing } from '../../../../activities/step/deps';
import { createWatchers, type WatchOptions } from '../../../../activities/watch';
import { createSessionPool, deriveKeys } from '../../../../adapters/ssh';
import type { LaunchArgs, NodeRef, Placement, RunRef, Settings } from '../../../../contract';
import { localSettings } from '../../../adapters/aws/support/settings';
import { FakeUploads } from '../fake-uploads';
import { MemoryStore } from '../memory-store';
import { FakeEc2 } from './fake-ec2';

export const SECRET = Buffer.alloc(32, 7);

export const RUN: RunRef = {
  workflowId: 'digits',
  runKey: '0123456789abcdef',
  installation: 'test',
  namespaceId: '5f1c8a52-0000-4000-8000-000000000000',
};

export const NODE: NodeRef = { ...RUN, attempt: 1, node: 0 };

export const PLACEMENT: Placement = {
  region: 'us-east-1',
  zone: 'us-east-1a',
  instanceType: 'c5.xlarge',
  market: 'spot',
  hourlyUsd: 0.07,
  onDemandHourlyUsd: 0.17,
  priceSource: 'settings',
};

export const LAUNCH: LaunchArgs = {
  node: NODE,
  project: 'demo',
  placement: PLACEMENT,
  try: 1,
  imageId: 'ami-1',
  diskGiB: 50,
  sshKeys: [],
  leaseSeconds: 1800,
  hostDeadline: 4_000_000_000,
};

export const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export interface FakeDepsOptions {
  ec2?: FakeEc2;
  settings?: Partial<Settings>;
  timing?: Partial<Timing>;
  watch?: Partial<WatchOptions>;
  agentSource?: Buffer;
}

/** Real dependencies around EC2 in memory. */
export function fakeDeps(options: FakeDepsOptions = {}): ActivityDeps & { ec2: FakeEc2 } {
  const ec2 = options.ec2 ?? new FakeEc2();
  const source = options.agentSource ?? Buffer.from('print("{}")\n');
  const watchers = createWatchers(ec2, RUN, { eagerSeconds: [0.01, 0.05], everySeconds: 0.1, ...options.watch });
  const sessions = createSessionPool({ keysOf: (node) => deriveKeys(SECRET, node) });
  return {
    settings: localSettings('http://127.0.0.1:9', options.settings),
    secret: SECRET,
    namespaceId: RUN.namespaceId,
    ec2,
    store: new MemoryStore(),
    uploads: new FakeUploads(),
    largeAboveBytes: 5 * 1024 ** 3,
    agent: { source, sha256: createHash('sha256').update(source).digest('hex') },
    watchers,
    sessions,
    timing: { visibilitySeconds: 120, undoWaitSeconds: 30, launchWithinSeconds: 45, ...options.timing },
    log: quiet,
    signalRun: async () => {},
    close() {
      watchers.close();
      sessions.close();
    },
  };
}
