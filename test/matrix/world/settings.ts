import type { Settings } from '../../../contract';
import type { CloudInfo } from '../../../local/cloud/server';

/** The settings of an installation on the local cloud, as its workers would have them. */
export function settingsOf(cloud: CloudInfo, temporal: Settings['temporal'], webhook?: string): Settings {
  const { url, region, user, sshPort, accessKeyId, secretAccessKey } = cloud;
  return {
    home: '/nonexistent',
    installation: 'default',
    cloud: 'local',
    region,
    bucket: 'matrix',
    prefix: '',
    subnets: [],
    securityGroups: [],
    address: 'public',
    images: { cpu: 'ami-0a24040000000a001', gpu: 'ami-0d1a220400000a003' },
    user,
    sshPort,
    secretsAllow: [],
    prices: {},
    defaults: { instanceTypes: ['t3.large'], project: 'matrix' },
    endpoints: { ec2: url, s3: url },
    credentials: { accessKeyId, secretAccessKey },
    temporal,
    ...(webhook === undefined ? {} : { webhook }),
  };
}
