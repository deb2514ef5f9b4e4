import path from 'node:path';
import { homeDir, loadSettings } from '../../../adapters/settings';
import { faultsOf, home, removeHomes, stackState } from './home';

afterEach(removeHomes);

const MY_AWS = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'mine', AWS_REGION: 'us-west-2' };

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

  test('a webhook is a web address, and a fault never shows it', () => {
    const dir = home({
      'settings.yaml': 'cloud: aws\nregion: eu-west-1\nbucket: b-1\nwebhook: https://hooks.example/T0\n',
    });
    expect(loadSettings({ TRAINCTL_HOME: dir }).webhook).toBe('https://hooks.example/T0');
    const wrong = { TRAINCTL_HOME: dir, TRAINCTL_WEBHOOK: 'ftp://hooks.example/T0SECRET' };
    expect(loadSettings({ ...wrong, TRAINCTL_WEBHOOK: 'http://127.0.0.1:1/x' }).webhook).toBe('http://127.0.0.1:1/x');
    expect(() => loadSettings(wrong)).toThrow(/TRAINCTL_WEBHOOK.*is not a web address/);
    expect(() => loadSettings(wrong)).not.toThrow('T0SECRET');
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
    ['images: { foo: ami-1 }', 'images.foo', 'is not a known key; known here: images.cpu, images.gpu'],
    ['temporal: { adress: x }', 'temporal.adress', 'is not a known key; did you mean "temporal.address"?'],
    ['defaults: { bucket: x }', 'defaults.bucket', 'is not a known key here; did you mean "bucket" at the top level?'],
    ['instance_types: [a]', 'instance_types', 'is not a known key here; did you mean "defaults.instanceTypes"?'],
    ['secret: { allow: [A] }', 'secret', 'is not a known key; did you mean "secrets"?'],
  ])('an unknown key gets its siblings, or the place where it exists: %p', (text, key, message) => {
    const dir = home({ 'settings.yaml': text });
    expect(faultsOf({ TRAINCTL_HOME: dir })).toEqual([`${key} in ${dir}/settings.yaml: ${message}`]);
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
