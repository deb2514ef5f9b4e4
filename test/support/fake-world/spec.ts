import type { HostSettings, LaunchArgs, Placement, ResolveResult, RunSpec } from '../../../contract';

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

/** What a run is resolved with; each launch and each wait for a host has to be told. */
export const HOST_SETTINGS: HostSettings = {
  subnets: ['subnet-1'],
  securityGroups: [],
  address: 'private',
  user: 'ubuntu',
  sshPort: 22,
};

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
    hostSettings: HOST_SETTINGS,
  };
}
