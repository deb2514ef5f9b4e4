import { loadSettings, NoStackError, readStackState, requireStack } from '../../../adapters/settings';
import { LOCAL_IMAGES } from '../../../adapters/settings/local';
import { IMAGES } from '../../../local/cloud/catalog/images';
import { faultsOf, home, removeHomes, stackState } from './home';

afterEach(removeHomes);

/** What a developer's shell may hold. */
const MY_AWS = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'mine',
  AWS_PROFILE: 'prod',
  AWS_REGION: 'eu-west-1',
};

describe('without a file, without a stack', () => {
  test('the cloud is the local one, and nothing can be reached', () => {
    const dir = home();
    const settings = loadSettings({ TRAINCTL_HOME: dir, ...MY_AWS });
    expect(settings).toMatchObject({
      home: dir,
      cloud: 'local',
      installation: 'default',
      endpoints: {},
      secretsAllow: [],
    });
    expect(settings.endpoints.ec2).toBeUndefined();
    expect(settings.credentials).toBeUndefined();
    expect(JSON.stringify(settings)).not.toMatch(/mine|AKIA|eu-west-1/);
    expect(() => requireStack(settings)).toThrow(NoStackError);
    expect(() => requireStack(settings)).toThrow(/^no stack is up \(looked in .*\): run `trainctl stack up`$/);
  });
});

describe('with a stack', () => {
  const withStack = (files: Record<string, string> = {}): string =>
    home({ 'stack.json': JSON.stringify(stackState()), ...files });

  test('endpoints, credentials and all that belongs to an account come from it alone', () => {
    const dir = withStack({
      'settings.yaml':
        'region: eu-west-1\nbucket: my-aws-bucket\nsubnets: [subnet-0123456789]\nuser: ec2-user\nimages: { cpu: ami-0123456789 }\n',
    });
    const settings = loadSettings({
      TRAINCTL_HOME: dir,
      ...MY_AWS,
      AWS_ENDPOINT_URL_EC2: 'https://ec2.eu-west-1.amazonaws.com',
    });
    expect(settings).toMatchObject({
      cloud: 'local',
      region: 'us-east-1',
      bucket: 'trainctl',
      subnets: [],
      user: 'ubuntu',
      sshPort: 2022,
      images: LOCAL_IMAGES,
      endpoints: { ec2: 'http://127.0.0.1:4510', s3: 'http://127.0.0.1:4510' },
      credentials: { accessKeyId: 'LOCAL', secretAccessKey: 'local-secret' },
      temporal: { address: '127.0.0.1:7555', namespace: 'default', uiUrl: 'http://127.0.0.1:8555' },
    });
    expect(() => requireStack(settings)).not.toThrow();
  });

  test('its images are in the catalogue of the local cloud', () => {
    const ids = IMAGES.map((image) => image.id);
    for (const id of Object.values(LOCAL_IMAGES)) expect(ids).toContain(id);
  });

  test('a stack that is not on this machine is refused', () => {
    const dir = home({ 'stack.json': JSON.stringify(stackState('http://127.0.0.1.example.com')) });
    expect(faultsOf({ TRAINCTL_HOME: dir })).toEqual([
      `cloud.url in ${dir}/stack.json: http://127.0.0.1.example.com is not an address of this machine`,
    ]);
  });

  test.each(['', '{', '[]', '{"version":2}', JSON.stringify({ ...stackState(), cloud: {} })])(
    'a state that is not whole is none: %p',
    (text) => {
      const dir = home({ 'stack.json': text });
      expect(readStackState(dir)).toBeUndefined();
      expect(() => requireStack(loadSettings({ TRAINCTL_HOME: dir }))).toThrow(NoStackError);
    },
  );
});

describe('with what `stack env` prints', () => {
  const STACK_ENV = {
    AWS_ENDPOINT_URL_EC2: 'http://127.0.0.1:4999',
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:4999',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'OTHER',
    AWS_SECRET_ACCESS_KEY: 'other-secret',
  };

  test('the stack of another home is used', () => {
    expect(loadSettings({ TRAINCTL_HOME: home(), ...STACK_ENV })).toMatchObject({
      endpoints: { ec2: 'http://127.0.0.1:4999', s3: 'http://127.0.0.1:4999' },
      credentials: { accessKeyId: 'OTHER', secretAccessKey: 'other-secret' },
      bucket: 'trainctl',
    });
  });

  test("the home's own stack wins", () => {
    const dir = home({ 'stack.json': JSON.stringify(stackState()) });
    expect(loadSettings({ TRAINCTL_HOME: dir, ...STACK_ENV }).endpoints.ec2).toBe('http://127.0.0.1:4510');
  });

  test.each([
    ['an endpoint beyond this machine', { AWS_ENDPOINT_URL_EC2: 'https://ec2.amazonaws.com' }],
    ['one that only looks local', { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1.example.com' }],
    ['one with a user in it', { AWS_ENDPOINT_URL_S3: 'http://localhost@example.com/' }],
    ['credentials of a session on AWS', { AWS_SESSION_TOKEN: 'x' }],
    ['no credentials', { AWS_ACCESS_KEY_ID: '' }],
  ])('%s is not taken', (_what, change) => {
    const settings = loadSettings({ TRAINCTL_HOME: home(), ...STACK_ENV, ...change });
    expect(settings.endpoints).toEqual({});
    expect(settings.credentials).toBeUndefined();
  });
});
