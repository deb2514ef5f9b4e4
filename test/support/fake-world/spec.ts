import type { LaunchArgs, Placement, ResolveResult, RunSpec } from '../../../contract';

export type SpecPatch = {
  [K in keyof RunSpec]?: RunSpec[K] extends unknown[] | string ? RunSpec[K] : Partial<RunSpec[K]>;
};

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
    retry: { interruptions: 20, failures: 0, exitCodes: [] },
    access: { sshKeys: [] },
  };
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const own = base[key as keyof RunSpec];
    const nested = typeof value === 'object' && !Array.isArray(value) && typeof own === 'object' && !Array.isArray(own);
    merged[key] = nested ? { ...own, ...value } : value;
  }
  return merged as unknown as RunSpec;
}

export function placementOf(patch: Partial<Placement> = {}): Placement {
  return {
    region: 'us-east-1',
    zone: 'us-east-1a',
    instanceType: 'g5.xlarge',
    market: 'spot',
    hourlyUsd: 0.36,
    onDemandHourlyUsd: 1.08,
    priceSource: 'fake prices',
    ...patch,
  };
}

/** A launch call of the run `r`. */
export const launchOf = (attempt: number, tried = 1): LaunchArgs => ({
  node: { workflowId: 'r', runKey: 'k', installation: 'i', namespaceId: 'n', attempt, node: 0 },
  project: 'p',
  placement: placementOf(),
  try: tried,
  imageId: 'ami-1',
  diskGiB: 8,
  sshKeys: [],
  leaseSeconds: 60,
  hostDeadline: 0,
});

/** Two spot zones, dearer with each. */
export const PLACEMENTS: Placement[] = [placementOf(), placementOf({ zone: 'us-east-1b', hourlyUsd: 0.72 })];

/** A fixed run key for each workflow; the real one is a hash, which says the same in fewer letters. */
export const runKeyOf = (workflowId: string): string => `key-${workflowId}`;

export function resolved(workflowId: string, spec: RunSpec, placements: Placement[]): ResolveResult {
  return {
    kind: 'ok',
    run: { workflowId, runKey: runKeyOf(workflowId), installation: 'test', namespaceId: 'ns' },
    spec,
    placements,
    cloud: 'local',
    region: 'us-east-1',
    bucket: 'bucket',
    prefix: '',
    imageId: 'ami-1',
    diskUsdPerGiBMonth: 0,
    user: 'ubuntu',
  };
}
