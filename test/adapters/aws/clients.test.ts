import { createEc2, createObjectStore } from '../../../adapters/aws';
import { clientConfig } from '../../../adapters/aws/clients';
import { startRecorder, xml } from './support/recorder';
import { localSettings } from './support/settings';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

test('the local cloud gets its own credentials and endpoint, whatever the shell holds', async () => {
  const server = await startRecorder(() => xml('DescribeInstances', '<reservationSet/>'));
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'AKIASHELL',
    AWS_SECRET_ACCESS_KEY: 'shell',
    AWS_SESSION_TOKEN: 'shell-token',
    AWS_PROFILE: 'no-such-profile',
    AWS_REGION: 'eu-west-3',
    AWS_ENDPOINT_URL: 'http://192.0.2.1:1',
    AWS_ENDPOINT_URL_EC2: 'http://192.0.2.1:1',
    AWS_USE_FIPS_ENDPOINT: 'true',
    AWS_USE_DUALSTACK_ENDPOINT: 'true',
  });
  const ec2 = createEc2(localSettings(server.url));
  try {
    await expect(ec2.describeInstances({ ids: ['i-0123456789abcdef0'] })).resolves.toEqual([]);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.headers.authorization).toMatch(/Credential=AKIALOCAL\/\d+\/us-east-1\/ec2\//);
    expect(server.requests[0]?.headers).not.toHaveProperty('x-amz-security-token');
  } finally {
    ec2.close();
    await server.close();
  }
});

test.each(['http://192.0.2.1:4510', 'https://ec2.us-east-1.amazonaws.com', 'http://127.0.0.1.example.com', 'nonsense'])(
  'a local installation refuses the endpoint %s',
  (endpoint) => {
    expect(() => createEc2(localSettings(endpoint))).toThrow(/instead of an address on this machine/);
    expect(() => createObjectStore(localSettings(endpoint))).toThrow(/instead of an address on this machine/);
  },
);

test('a local installation without endpoint or credentials says how to get them', () => {
  expect(() => createEc2(localSettings('', { endpoints: {} }))).toThrow(/trainctl stack up/);
  const { credentials: _none, ...rest } = localSettings('http://127.0.0.1:1');
  expect(() => createEc2(rest)).toThrow(/no credentials/);
});

test('on AWS nothing is set that the default chain should decide', () => {
  const settings = localSettings('', { cloud: 'aws', endpoints: {} });
  const config = clientConfig(settings, 'ec2', 'eu-central-1');
  expect(config).not.toHaveProperty('credentials');
  expect(config).not.toHaveProperty('endpoint');
  expect(config.region).toBe('eu-central-1');
});

test('on AWS an endpoint of the settings is used', () => {
  const settings = localSettings('', { cloud: 'aws', endpoints: { s3: 'https://bucket.vpce.example' } });
  expect(clientConfig(settings, 's3', 'us-east-1').endpoint).toBe('https://bucket.vpce.example');
});
