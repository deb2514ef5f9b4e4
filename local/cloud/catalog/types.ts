/** What DescribeInstanceTypes knows of a type, and what an hour of it costs in us-east-1. */
export interface InstanceType {
  name: string;
  vcpus: number;
  memoryMiB: number;
  gpu?: { manufacturer: string; name: string; count: number; memoryMiB: number };
  onDemandUsd: number;
  /** Spot dollars per hour by zone; a zone that is missing here does not offer the type. */
  spotUsd: Record<string, number>;
  hypervisor: 'nitro' | 'xen';
  burstable: boolean;
  currentGeneration: boolean;
  /** The bucket that vCPU quotas count it in. */
  bucket: 'standard' | 'G' | 'P';
}

type Row = [name: string, vcpus: number, gib: number, onDemand: number, a: number, b: number, c: number];

/** Linux on-demand prices as published for us-east-1; spot prices of an ordinary day. Spot 0: the zone lacks the type. */
const CPU_ROWS: Row[] = [
  ['t3.micro', 2, 1, 0.0104, 0.0031, 0.0034, 0.0033],
  ['t3.small', 2, 2, 0.0208, 0.0062, 0.0067, 0.0066],
  ['t3.medium', 2, 4, 0.0416, 0.0125, 0.0137, 0.0131],
  ['t3.large', 2, 8, 0.0832, 0.0251, 0.0268, 0.026],
  ['m5.large', 2, 8, 0.096, 0.0362, 0.0371, 0.0354],
  ['m5.xlarge', 4, 16, 0.192, 0.0725, 0.0741, 0.0719],
  ['c5.large', 2, 4, 0.085, 0.0331, 0.0342, 0.0338],
  ['c5.xlarge', 4, 8, 0.17, 0.0664, 0.0682, 0.0671],
];

const GPU_ROWS: [...Row, gpu: string, count: number, gpuGiB: number][] = [
  ['g4dn.xlarge', 4, 16, 0.526, 0.1946, 0.2012, 0.1983, 'T4', 1, 16],
  ['g5.xlarge', 4, 16, 1.006, 0.3412, 0.3501, 0.3622, 'A10G', 1, 24],
  ['g5.2xlarge', 8, 32, 1.212, 0.4187, 0.4293, 0.4405, 'A10G', 1, 24],
  ['g5.12xlarge', 48, 192, 5.672, 1.9853, 2.0412, 2.1077, 'A10G', 4, 24],
  ['p3.2xlarge', 8, 61, 3.06, 0.9182, 0.9471, 0, 'V100', 1, 16],
  ['p4d.24xlarge', 96, 1152, 32.7726, 11.1427, 0, 0, 'A100', 8, 40],
];

function build(row: Row): InstanceType {
  const [name, vcpus, gib, onDemandUsd, a, b, c] = row;
  const zones = Object.entries({ 'us-east-1a': a, 'us-east-1b': b, 'us-east-1c': c });
  const family = name.charAt(0);
  return {
    name,
    vcpus,
    memoryMiB: gib * 1024,
    onDemandUsd,
    spotUsd: Object.fromEntries(zones.filter(([, price]) => price > 0)),
    hypervisor: name.startsWith('p3.') ? 'xen' : 'nitro',
    burstable: family === 't',
    currentGeneration: true,
    bucket: family === 'g' ? 'G' : family === 'p' ? 'P' : 'standard',
  };
}

export const INSTANCE_TYPES: readonly InstanceType[] = [
  ...CPU_ROWS.map(build),
  ...GPU_ROWS.map(([name, vcpus, gib, onDemand, a, b, c, gpu, count, gpuGiB]) => ({
    ...build([name, vcpus, gib, onDemand, a, b, c]),
    gpu: { manufacturer: 'NVIDIA', name: gpu, count, memoryMiB: gpuGiB * 1024 },
  })),
];

const BY_NAME = new Map(INSTANCE_TYPES.map((type) => [type.name, type]));

export const findInstanceType = (name: string): InstanceType | undefined => BY_NAME.get(name);

/** Zones that offer the type, in order. */
export const zonesOf = (type: InstanceType): string[] => Object.keys(type.spotUsd).sort();
