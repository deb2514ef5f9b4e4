import type { Settings, StackState } from '../../contract';
import type { SettingsFault } from './errors';
import { isLoopbackUrl } from './loopback';

/** Images of the local cloud's catalogue: it has no SSM parameters, so they are named by id. */
export const LOCAL_IMAGES = { cpu: 'ami-0a24040000000a001', gpu: 'ami-0d1a220400000a003' } as const;

/** The one role that the local cloud's FIS can take on. */
export const LOCAL_FIS_ROLE = 'arn:aws:iam::111122223333:role/trainctl-fis';

type LocalCloud = Pick<Settings, 'region' | 'bucket' | 'user' | 'sshPort' | 'endpoints' | 'credentials'>;

/**
 * The local cloud: the home's stack, else the one whose `trainctl stack env` this shell took. Never the user's own AWS
 * credentials, and never an address beyond this machine. Undefined: no stack is up.
 */
export function localCloud(
  env: NodeJS.ProcessEnv,
  stack: StackState | undefined,
  stackFile: string,
  faults: SettingsFault[],
): LocalCloud | undefined {
  if (!stack) return fromEnvironment(env);
  const { cloud } = stack;
  if (!isLoopbackUrl(cloud.url)) {
    faults.push({ where: `cloud.url in ${stackFile}`, message: `${cloud.url} is not an address of this machine` });
    return undefined;
  }
  return {
    region: cloud.region,
    bucket: cloud.bucket,
    user: cloud.user,
    sshPort: cloud.sshPort,
    endpoints: { ec2: cloud.url, s3: cloud.url },
    credentials: { accessKeyId: cloud.accessKeyId, secretAccessKey: cloud.secretAccessKey },
  };
}

/** What `trainctl stack up` uses when only `stack env` is known: it prints neither bucket nor user nor port. */
const STACK_DEFAULTS = { region: 'us-east-1', bucket: 'trainctl', user: 'ubuntu', sshPort: 2022 };

function fromEnvironment(env: NodeJS.ProcessEnv): LocalCloud | undefined {
  const { AWS_ENDPOINT_URL_EC2: ec2, AWS_ENDPOINT_URL_S3: s3 } = env;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!ec2 || !s3 || !accessKeyId || !secretAccessKey) return undefined;
  if (!isLoopbackUrl(ec2) || !isLoopbackUrl(s3)) return undefined;
  // `stack env` sets none: these are the credentials of somebody's account.
  if (env.AWS_SESSION_TOKEN) return undefined;
  return {
    ...STACK_DEFAULTS,
    ...(env.AWS_REGION ? { region: env.AWS_REGION } : {}),
    endpoints: { ec2, s3 },
    credentials: { accessKeyId, secretAccessKey },
  };
}
