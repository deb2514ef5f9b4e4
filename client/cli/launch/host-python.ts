import { spawnSync } from 'node:child_process';
import { isGpuType, type RunSpec, type Settings } from '../../../contract';

/** The Python of a run's host, as far as it is known before the launch. */
export interface HostPython {
  /** `[3, 10]`, or with the last number. */
  version: number[];
  /** Who has it: `Ubuntu 22.04`. */
  whose: string;
}

export type Images = Pick<Settings, 'cloud' | 'images'>;

/** The `python3` of systems, by the names of their public parameters. Sources: their package lists. */
const SYSTEMS: [RegExp, whose: string, version: number[]][] = [
  [/ubuntu[/-](?:server\/)?20\.04\b/, 'Ubuntu 20.04', [3, 8]],
  [/ubuntu[/-](?:server\/)?22\.04\b/, 'Ubuntu 22.04', [3, 10]],
  [/ubuntu[/-](?:server\/)?24\.04\b/, 'Ubuntu 24.04', [3, 12]],
  [/\bal2023\b|amazon-linux-2023/, 'Amazon Linux 2023', [3, 9]],
  [/debian\/release\/11\b/, 'Debian 11', [3, 9]],
  [/debian\/release\/12\b/, 'Debian 12', [3, 11]],
  [/debian\/release\/13\b/, 'Debian 13', [3, 13]],
];

/**
 * Hosts of the local cloud have this machine's Python, if it was started where the command is. Of an image its name tells, where
 * it is a public parameter; undefined for others.
 */
export function hostPython(spec: RunSpec, settings: Images): HostPython | undefined {
  if (settings.cloud === 'local') {
    const asked = spawnSync('python3', ['-c', 'import sys; print(*sys.version_info[:3])'], { encoding: 'utf8' });
    const version = (asked.stdout ?? '').trim().split(' ').map(Number);
    return version.length === 3 ? { version, whose: "this machine's python3" } : undefined;
  }
  const { ami, instanceTypes } = spec.resources;
  const { gpu, cpu } = settings.images;
  const image = ami !== 'auto' ? ami : instanceTypes.some(isGpuType) ? gpu : cpu;
  if (!image.startsWith('resolve:ssm:/aws/service/')) return undefined;
  const [, whose, version] = SYSTEMS.find(([pattern]) => pattern.test(image)) ?? [];
  return whose && version ? { version, whose } : undefined;
}
