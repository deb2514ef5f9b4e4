import path from 'node:path';
import type { Settings } from '../../contract';
import { NoStackError, SettingsError, type SettingsFault } from './errors';
import { readKnown } from './file';
import { homeDir } from './home';
import type { Known } from './known';
import { LOCAL_FIS_ROLE, LOCAL_IMAGES, localCloud } from './local';
import { readStackState } from './stack-state';
import { temporalSettings } from './temporal';
import { checkHome } from './usable-home';

/**
 * Public parameters of AWS, read at each start of a run. Ubuntu 24.04: Canonical's documentation for AWS, "Find Ubuntu images".
 * GPU: the Deep Learning AMI's base image with the NVIDIA driver ("DLAMI release notes", SSM parameter).
 */
const AWS_IMAGES = {
  cpu: 'resolve:ssm:/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id',
  gpu: 'resolve:ssm:/aws/service/deeplearning/ami/x86_64/base-oss-nvidia-driver-gpu-ubuntu-22.04/latest/ami-id',
} as const;

/** A small machine that every region has: a spec that names no type must not cost much. */
const DEFAULT_INSTANCE_TYPES = ['m5.large'];

/**
 * The installation's settings. With `cloud: local`, everything that belongs to an account (region, bucket, subnets, security
 * groups, images, user, endpoints, credentials) comes from the stack, whatever the file, the shell and the user's AWS
 * profile say; with no stack up, endpoints are absent, and {@link requireStack} throws.
 * @throws SettingsError that names every fault.
 */
export function loadSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const faults: SettingsFault[] = [];
  const home = homeDir(env);
  const known = readKnown(home, env, faults);
  const stack = readStackState(home);
  const common = {
    home,
    installation: known.installation ?? 'default',
    prefix: known.prefix ?? '',
    secretsAllow: known['secrets.allow'] ?? [],
    prices: known.prices ?? {},
    ...(known.webhook === undefined ? {} : { webhook: known.webhook }),
    defaults: {
      instanceTypes: known['defaults.instanceTypes'] ?? DEFAULT_INSTANCE_TYPES,
      project: known['defaults.project'] ?? 'default',
    },
    temporal: temporalSettings(env, known, stack, faults),
  };
  const cloud =
    known.cloud === 'aws'
      ? awsCloud(known, env, faults)
      : {
          cloud: 'local' as const,
          region: 'us-east-1',
          bucket: 'trainctl',
          subnets: [],
          securityGroups: [],
          address: 'public' as const,
          images: LOCAL_IMAGES,
          fisRole: LOCAL_FIS_ROLE,
          user: 'ubuntu',
          sshPort: 2022,
          endpoints: {},
          ...localCloud(env, stack, path.join(home, 'stack.json'), faults),
        };
  if (faults.length > 0) throw new SettingsError(faults);
  return { ...common, ...cloud };
}

function awsCloud(known: Known, env: NodeJS.ProcessEnv, faults: SettingsFault[]) {
  const missing = (key: string, variable: string, what: string): string => {
    if (!faults.some(({ where }) => where.startsWith(key) || where === variable)) {
      faults.push({ where: key, message: `is missing; with cloud: aws, ${what} (or set ${variable})` });
    }
    return '';
  };
  return {
    cloud: 'aws' as const,
    region:
      known.region ??
      (env.AWS_REGION || env.AWS_DEFAULT_REGION || missing('region', 'TRAINCTL_REGION', 'say where runs are launched')),
    bucket: known.bucket ?? missing('bucket', 'TRAINCTL_BUCKET', 'name the bucket of code, logs and checkpoints'),
    subnets: known.subnets ?? [],
    securityGroups: known.securityGroups ?? [],
    address: known.address ?? ('public' as const),
    images: { cpu: known['images.cpu'] ?? AWS_IMAGES.cpu, gpu: known['images.gpu'] ?? AWS_IMAGES.gpu },
    ...(known['fis.role'] === undefined ? {} : { fisRole: known['fis.role'] }),
    user: known.user ?? 'ubuntu',
    sshPort: known.sshPort ?? 22,
    endpoints: {},
  };
}

/** Throws {@link NoStackError} when the cloud is the local one and no stack is up, or HomeError when none could be. */
export function requireStack(settings: Settings): void {
  if (settings.cloud !== 'local' || settings.endpoints.ec2 !== undefined) return;
  checkHome(settings.home);
  throw new NoStackError(settings.home);
}
