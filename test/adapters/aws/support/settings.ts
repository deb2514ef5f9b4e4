import type { Settings } from '../../../../contract';

export function localSettings(url: string, more: Partial<Settings> = {}): Settings {
  return {
    home: '/nonexistent',
    installation: 'test',
    cloud: 'local',
    region: 'us-east-1',
    bucket: 'trainctl-test',
    prefix: '',
    subnets: [],
    securityGroups: [],
    address: 'public',
    images: { cpu: 'ami-0a24040000000a001', gpu: 'ami-0a24040000000a001' },
    user: 'ubuntu',
    sshPort: 2022,
    secretsAllow: [],
    prices: {},
    defaults: { instanceTypes: ['c5.xlarge'], project: 'test' },
    endpoints: { ec2: url, s3: url },
    credentials: { accessKeyId: 'AKIALOCAL', secretAccessKey: 'local-secret' },
    temporal: { address: '127.0.0.1:7233', namespace: 'default' },
    ...more,
  };
}
