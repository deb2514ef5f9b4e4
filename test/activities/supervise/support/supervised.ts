import { MockActivityEnvironment } from '@temporalio/testing';
import { SpecStore } from '../../../../activities/step/spec-store';
import { createSupervise } from '../../../../activities/supervise/supervise';
import type { HostFinal, SuperviseArgs, SuperviseResult } from '../../../../contract';
import { specOf } from '../../../support/spec';
import { type FakeDeps, fakeDeps, HOST, storeSpec } from '../../support/deps';

export const NOTICE = { source: 'spot', action: 'terminate', time: '2026-11-23T00:02:00Z' } as const;

export const FINAL: HostFinal = {
  code: 0,
  signal: null,
  stoppedBy: null,
  tail: '',
  logBytes: 99,
  logUploaded: 99,
  step: 7,
  metrics: { loss: 0.5 },
  checkpoint: { step: 7, key: 'p/runs/x/checkpoints/7/manifest.json', bytes: 5 },
  outputs: [],
  problems: [],
  notice: null,
};

/** The dependencies of a worker whose run has one host, which runs. */
export async function supervised(): Promise<FakeDeps> {
  const deps = fakeDeps();
  await storeSpec(deps, specOf());
  deps.fakeWatcher.show(HOST.instanceId, 'running');
  return deps;
}

// A test that fails must not leave its supervision behind.
const running: MockActivityEnvironment[] = [];
afterEach(() => {
  for (const env of running.splice(0)) env.cancel();
});

const args = (over: Partial<SuperviseArgs> = {}): SuperviseArgs => ({
  host: HOST,
  leaseSeconds: 1800,
  hostDeadline: Math.floor(Date.now() / 1000) + 7200,
  unreachableSeconds: 600,
  ...over,
});

export function start(
  deps: FakeDeps,
  over: Partial<SuperviseArgs> = {},
  info: ConstructorParameters<typeof MockActivityEnvironment>[0] = {},
): { env: MockActivityEnvironment; done: Promise<SuperviseResult>; beats: unknown[] } {
  const env = new MockActivityEnvironment({ currentAttemptScheduledTimestampMs: 1_000_000, ...info });
  running.push(env);
  const beats: unknown[] = [];
  env.on('heartbeat', (details) => beats.push(details));
  const done = env.run(createSupervise(deps, new SpecStore(deps.store, 'p/')), args(over)) as Promise<SuperviseResult>;
  done.catch(() => undefined);
  return { env, done, beats };
}
