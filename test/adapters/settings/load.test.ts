import path from 'node:path';
import {
  homeDir,
  loadSettings,
  NoStackError,
  readStackState,
  requireStack,
  SettingsError,
} from '../../../adapters/settings';
import { LOCAL_IMAGES } from '../../../adapters/settings/local';
import { IMAGES } from '../../../local/cloud/catalog/images';
import { home, removeHomes, stackState } from './home';

afterEach(removeHomes);

/** What a developer's shell may hold. */
const MY_AWS = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'mine',
  AWS_PROFILE: 'prod',
  AWS_REGION: 'eu-west-1',
};

const faultsOf = (env: NodeJS.ProcessEnv): string[] => {
  try {
    loadSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults.map(({ where, message }) => `${where}: ${message}`);
    throw error;
  }
  return [];
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

describe('cloud: aws', () => {
  test('takes the file, and the SDK finds endpoints and credentials', () => {
    const dir = home({
      'stack.json': JSON.stringify(stackState()),
      'settings.yaml': [
        'cloud: aws',
        'installation: team-a',
        'region: eu-west-1',
        'bucket: my-bucket',
        'prefix: trainctl',
        'subnets: [subnet-0123456789, subnet-0abcdef012]',
        'securityGroups: [sg-0123456789]',
        'address: private',
        'images: { cpu: ami-0123456789 }',
        'sshPort: 2222',
        'secrets: { allow: [WANDB_API_KEY] }',
        'prices: { g5.xlarge: 1.1 }',
        'defaults: { instanceTypes: [g5.xlarge], project: vision }',
        'temporal: { address: "temporal.internal:7233", namespace: ml, uiUrl: "https://temporal.internal" }',
      ].join('\n'),
    });
    expect(loadSettings({ TRAINCTL_HOME: dir, ...MY_AWS })).toEqual({
      home: dir,
      installation: 'team-a',
      cloud: 'aws',
      region: 'eu-west-1',
      bucket: 'my-bucket',
      prefix: 'trainctl/',
      subnets: ['subnet-0123456789', 'subnet-0abcdef012'],
      securityGroups: ['sg-0123456789'],
      address: 'private',
      images: { cpu: 'ami-0123456789', gpu: expect.stringMatching(/^resolve:ssm:\/aws\/service\/deeplearning\//) },
      user: 'ubuntu',
      sshPort: 2222,
      secretsAllow: ['WANDB_API_KEY'],
      prices: { 'g5.xlarge': 1.1 },
      defaults: { instanceTypes: ['g5.xlarge'], project: 'vision' },
      endpoints: {},
      temporal: { address: 'temporal.internal:7233', namespace: 'ml', uiUrl: 'https://temporal.internal' },
    });
  });

  test('each value may come from a variable, which wins', () => {
    const dir = home({ 'settings.yaml': 'cloud: local\nregion: eu-west-1\nbucket: file-bucket\nprefix: a\n' });
    const settings = loadSettings({
      TRAINCTL_HOME: dir,
      TRAINCTL_CLOUD: 'aws',
      TRAINCTL_INSTALLATION: 'ci',
      TRAINCTL_BUCKET: 'env-bucket',
      TRAINCTL_PREFIX: '',
      TRAINCTL_SUBNETS: 'subnet-0123456789, subnet-0abcdef012',
      TRAINCTL_SECURITY_GROUPS: '',
      TRAINCTL_IMAGES_GPU: 'ami-0123456789',
      TRAINCTL_SSH_PORT: '2200',
      TRAINCTL_SECRETS_ALLOW: 'A,B',
      TRAINCTL_PRICES: 'g5.xlarge=1.006, m5.large=0.096',
      TRAINCTL_DEFAULTS_INSTANCE_TYPES: 'g5.xlarge,g4dn.xlarge',
      TRAINCTL_DEFAULTS_PROJECT: 'p',
    });
    expect(settings).toMatchObject({
      cloud: 'aws',
      installation: 'ci',
      region: 'eu-west-1',
      bucket: 'env-bucket',
      prefix: '',
      subnets: ['subnet-0123456789', 'subnet-0abcdef012'],
      securityGroups: [],
      images: { gpu: 'ami-0123456789' },
      sshPort: 2200,
      secretsAllow: ['A', 'B'],
      prices: { 'g5.xlarge': 1.006, 'm5.large': 0.096 },
      defaults: { instanceTypes: ['g5.xlarge', 'g4dn.xlarge'], project: 'p' },
    });
  });

  test('the region may be the one of the AWS tools; the bucket must be named', () => {
    expect(faultsOf({ TRAINCTL_HOME: home(), TRAINCTL_CLOUD: 'aws', AWS_DEFAULT_REGION: 'us-west-2' })).toEqual([
      'bucket: is missing; with cloud: aws, name the bucket of code, logs and checkpoints (or set TRAINCTL_BUCKET)',
    ]);
    expect(faultsOf({ TRAINCTL_HOME: home(), TRAINCTL_CLOUD: 'aws' })).toHaveLength(2);
  });
});

describe('faults', () => {
  test('are all named at once, with where they are', () => {
    const dir = home({
      'settings.yaml':
        'clowd: aws\ncloud: gcp\nsshPort: 99999\nimages: 5\nprices: { g5: 1 }\ndefaults: { projekt: x }\nbucket: A\n',
    });
    const file = `${dir}/settings.yaml`;
    expect(
      faultsOf({
        TRAINCTL_HOME: dir,
        TRAINCTL_PREFIX: '/a',
        TEMPORAL_ADDRESS: 'nowhere',
        TEMPORAL_TLS: 'maybe',
      }).sort(),
    ).toEqual(
      [
        `clowd in ${file}: is not a known key; did you mean "cloud"?`,
        `cloud in ${file}: "gcp" must be local or aws`,
        `sshPort in ${file}: 99999 must be a whole number from 1 to 65535`,
        `images in ${file}: must hold keys of its own`,
        `prices in ${file}: "g5" is not an instance type`,
        `defaults.projekt in ${file}: is not a known key; did you mean "defaults.project"?`,
        `bucket in ${file}: "A" is not the name of a bucket`,
        'TRAINCTL_PREFIX: "/a" must be a key prefix such as trainctl/',
        'TEMPORAL_ADDRESS: "nowhere" is not HOST:PORT',
        'TEMPORAL_TLS: "maybe" must be true or false',
      ].sort(),
    );
  });

  test.each([
    ['a: [', /settings\.yaml: is not YAML: /],
    ['- a', /settings\.yaml: must hold keys and values/],
    ['cloud: local\ncloud: aws', /is not YAML: Map keys must be unique/],
  ])('a file that is no map: %p', (text, message) => {
    expect(() => loadSettings({ TRAINCTL_HOME: home({ 'settings.yaml': text }) })).toThrow(message);
  });

  test('empty keys and an empty file are left out', () => {
    expect(loadSettings({ TRAINCTL_HOME: home({ 'settings.yaml': '' }) }).cloud).toBe('local');
    expect(
      loadSettings({ TRAINCTL_HOME: home({ 'settings.yaml': 'cloud:\nsecrets:\nimages: {cpu: }\n' }) }).cloud,
    ).toBe('local');
  });
});

test("the home is absolute, and by default in the user's own", () => {
  expect(homeDir({ TRAINCTL_HOME: 'x' })).toBe(path.resolve('x'));
  expect(homeDir({ TRAINCTL_HOME: '/a/b/' })).toBe('/a/b');
  expect(path.basename(homeDir({}))).toBe('.trainctl');
  expect(homeDir({ TRAINCTL_HOME: ' ' })).toBe(homeDir({}));
});
