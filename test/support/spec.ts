import type { RunSpec } from '../../contract';

export type SpecPatch = {
  [K in keyof RunSpec]?: RunSpec[K] extends unknown[] | string ? RunSpec[K] : Partial<RunSpec[K]>;
};

const isGroup = (value: unknown): value is object => typeof value === 'object' && !Array.isArray(value);

/** A valid spec, with what a test wants to be different. */
export function specOf(patch: SpecPatch = {}): RunSpec {
  const base: RunSpec = {
    name: 'digits',
    project: 'demo',
    command: 'python train.py',
    code: { none: true },
    setup: { requirements: 'auto', commands: [] },
    env: {},
    secrets: [],
    inputs: [],
    outputs: [{ from: 'outputs/' }],
    checkpoints: { dir: 'checkpoints', everySeconds: 60, keep: 3, graceSeconds: 30 },
    resources: { instanceTypes: ['g5.xlarge'], market: 'spot', zones: [], ami: 'auto', diskGiB: 50 },
    limits: {
      maxDurationSeconds: 86_400,
      capacityWaitSeconds: 3600,
      startTimeoutSeconds: 600,
      unreachableSeconds: 600,
      leaseSeconds: 1800,
    },
    alerts: { nan: 'warn' },
    retry: { interruptions: 20, failures: 0, exitCodes: [] },
    access: { sshKeys: [] },
  };
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const own = base[key as keyof RunSpec];
    // Code is one of several kinds, so that a part of one kind and a part of another make none.
    const nested = key !== 'code' && isGroup(value) && isGroup(own);
    merged[key] = nested ? { ...own, ...value } : value;
  }
  return merged as unknown as RunSpec;
}
