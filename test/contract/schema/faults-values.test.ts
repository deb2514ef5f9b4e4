import { faultsOf, KEY } from './support';

describe('faults of inputs, outputs, checkpoints, resources, limits, retry and access', () => {
  test.each<[Record<string, unknown>, string]>([
    // inputs and outputs
    [
      { inputs: [{ from: 's3://bucket', to: 'a' }] },
      'inputs[0].from: "s3://bucket" names no object; for the whole bucket say "s3://bucket/"',
    ],
    [
      { inputs: [{ from: 's3://bucket/x', to: '/data' }] },
      'inputs[0].to: "/data" must be relative to the working directory (try "data")',
    ],
    [
      { inputs: [{ from: 's3://bucket/x', to: '~/data' }] },
      'inputs[0].to: "~/data" must be relative to the working directory (try "data")',
    ],
    [
      { inputs: [{ from: 's3://bucket/x', to: '.' }] },
      'inputs[0].to: "." is the working directory itself; name a file or folder in it',
    ],
    [
      { inputs: [{ from: 's3://bucket/x', to: 'a/../../b' }] },
      'inputs[0].to: "a/../../b" leaves the working directory: ".." is not allowed',
    ],
    [
      { inputs: [{ from: 's3://bucket/x', to: 'a\\..\\b' }] },
      'inputs[0].to: "a\\\\..\\\\b" holds a backslash; separate folders with /',
    ],
    [{ inputs: [{ from: 's3://bucket/x' }] }, 'inputs[0].to: is missing; it must be text'],
    [
      {
        inputs: [
          { from: 's3://bucket/x', to: 'a' },
          { from: 's3://bucket/y', to: './a' },
        ],
      },
      'inputs[1].to: "a" is where inputs[0] goes too',
    ],
    [{ inputs: ['x'] }, 'inputs[0]: must be an object, not text'],
    [{ outputs: [{ from: '../x' }] }, 'outputs[0].from: "../x" leaves the working directory: ".." is not allowed'],
    [
      { outputs: [{ from: 'plots/*.png' }] },
      'outputs[0].from: "plots/*.png" is a pattern, and no shell reads it here: name the file, or the folder that it lies in',
    ],
    [
      { outputs: [{ from: '$TRAINCTL_OUTPUTS' }] },
      'outputs[0].from: "$TRAINCTL_OUTPUTS" holds $TRAINCTL_OUTPUTS, which nobody fills in: write the path itself',
    ],
    [
      { checkpoints: { dir: '$HOME/ckpt' } },
      'checkpoints.dir: "$HOME/ckpt" holds $HOME, which nobody fills in: write the path itself',
    ],
    [
      { outputs: [{ from: 'x', to: 's3://bucket/y' }] },
      'outputs[0].to: must end in / (outputs keep their names below it)',
    ],
    [{ outputs: { limit: 'much' } }, 'outputs.limit: "much" is not a size (try 5GiB, 500MiB, 1TiB)'],
    [
      { outputs: { paths: [{ from: 'x' }], limit: 1 } },
      'outputs.limit: is for specs that name no paths: those are kept whatever their size',
    ],
    [
      { outputs: { paths: [{ from: '../x' }] } },
      'outputs.paths[0].from: "../x" leaves the working directory: ".." is not allowed',
    ],
    [{ outputs: [{ form: 'x', from: 'y' }] }, 'outputs[0].form: is not a known key; did you mean "from"?'],
    [{ outputs: 'out/' }, 'outputs: must be an object, not text'],
    // checkpoints
    [
      { checkpoints: { dir: '/ckpt' } },
      'checkpoints.dir: "/ckpt" must be relative to the working directory (try "ckpt")',
    ],
    [{ checkpoints: { every: 0 } }, 'checkpoints.every: 0 is too short; it must be more than 0'],
    [{ checkpoints: { grace: '2h' } }, 'checkpoints.grace: "2h" is too long: the most is 1h'],
    [{ checkpoints: { keep: 0 } }, 'checkpoints.keep: must be 1 or more'],
    [
      { checkpoints: { signal: 'SIGKILL' } },
      'checkpoints.signal: "SIGKILL" is not known; it must be one of SIGUSR1, SIGUSR2, SIGHUP, SIGINT, SIGALRM, SIGWINCH',
    ],
    // resources
    [{ resources: { instanceTypes: [] } }, 'resources.instanceTypes: is empty; name at least one (try g5.xlarge)'],
    [
      { resources: { instanceTypes: ['G5'] } },
      'resources.instanceTypes[0]: "G5" is not an instance type (try g5.xlarge)',
    ],
    [{ resources: { instanceTypes: ['a.b', 'a.b'] } }, 'resources.instanceTypes[1]: "a.b" is named twice'],
    [
      { resources: { zones: ['us-east-1'] } },
      'resources.zones[0]: "us-east-1" is not an availability zone (try us-east-1a)',
    ],
    [{ resources: { ami: 'ubuntu' } }, 'resources.ami: "ubuntu" must be auto, ami-… or resolve:ssm:…'],
    [{ resources: { disk: '50 apples' } }, 'resources.disk: "50 apples" is not a size (try 50GiB, 500GiB, 1TiB)'],
    [{ resources: { disk: 0 } }, 'resources.disk: 0 is too small; the least is 1GiB'],
    [{ resources: { disk: '20TiB' } }, 'resources.disk: "20TiB" is more than a volume can have (16TiB)'],
    [{ resources: { disk: true } }, 'resources.disk: must be a size (try 50GiB, 1TiB)'],
    [
      { resources: { market: 5 } },
      'resources.market: must be one of spot, on-demand, spot-then-on-demand, not a number',
    ],
    // limits and retry
    [{ limits: { maxDuration: '31d' } }, 'limits.maxDuration: "31d" is too long: a run ends within 30 days'],
    [{ limits: { maxDuration: -5 } }, 'limits.maxDuration: -5 is not a duration (try 90s, 30m, 2h)'],
    [{ limits: { maxDuration: [] } }, 'limits.maxDuration: must be a duration (try 90s, 30m, 2h)'],
    [{ limits: { maxCostUsd: 0 } }, 'limits.maxCostUsd: must be more than 0'],
    [{ limits: { maxCostUsd: '20' } }, 'limits.maxCostUsd: must be a number, not text'],
    [{ limits: [] }, 'limits: must be an object, not a list'],
    [{ retry: { failures: 1.5 } }, 'retry.failures: must be a whole number, not 1.5'],
    [{ retry: { interruptions: -1 } }, 'retry.interruptions: must be 0 or more'],
    [{ retry: { interruptions: 1001 } }, 'retry.interruptions: must be at most 1000'],
    [{ retry: { exitCodes: [0] } }, 'retry.exitCodes[0]: must be 1 to 255 (0 is success)'],
    // steps and alerts
    [{ steps: 0 }, 'steps: must be 1 or more'],
    [{ steps: '500' }, 'steps: must be a number, not text'],
    [{ alerts: { nan: 'ignore' } }, 'alerts.nan: "ignore" is not known; it must be one of warn, stop'],
    [{ alerts: { noStepFor: '10 minutes' } }, 'alerts.noStepFor: "10 minutes" is not a duration (try 90s, 30m, 2h)'],
    [{ alerts: { noCheckpointFor: 0 } }, 'alerts.noCheckpointFor: 0 is too short; it must be more than 0'],
    [{ alerts: { noCheckpoint: '5m' } }, 'alerts.noCheckpoint: is not a known key; did you mean "noCheckpointFor"?'],
    [{ alerts: 'stop' }, 'alerts: must be an object, not text'],
    // access
    [
      { access: { sshKeys: ['hello'] } },
      'access.sshKeys[0]: is not a public key: it must begin with ssh-ed25519, ssh-rsa, ecdsa-sha2-nistp256 or another key type of OpenSSH',
    ],
    [
      { access: { sshKeys: [KEY.slice(0, 40)] } },
      'access.sshKeys[0]: is not a whole public key: the part after its type does not decode',
    ],
    [
      { access: { sshKeys: [`${KEY}\nssh-rsa x`] } },
      'access.sshKeys[0]: must be one line (the text of a .pub file, one key an entry)',
    ],
    [
      { access: { sshKeys: [`command="x" ${KEY}`] } },
      'access.sshKeys[0]: is not a public key: it must begin with ssh-ed25519, ssh-rsa, ecdsa-sha2-nistp256 or another key type of OpenSSH',
    ],
    [
      { access: { sshKeys: ['-----BEGIN OPENSSH PRIVATE KEY-----'] } },
      'access.sshKeys[0]: is a private key: never put it in a spec; give the text of the .pub file beside it',
    ],
  ])('%j', (input, expected) => expect(faultsOf(input)).toEqual([expected]));
});
