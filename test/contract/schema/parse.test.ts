import fc from 'fast-check';
import { MAX_SPEC_BYTES, parseRunSpec, type RunSpecInput, slugName } from '../../../contract/schema';

const defaults = { instanceTypes: ['m5.large'] };
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBUqhg2fwVD5tE7DWqVIuwhDW3sg7Vf1lF8y3sVCRKzH me@host';

function good(input: RunSpecInput) {
  const parsed = parseRunSpec(input, defaults);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.spec;
}

/** Faults as `path: message`, of a document that has a command unless it says otherwise. */
function faults(input: Record<string, unknown>): string[] {
  const parsed = parseRunSpec({ command: 'x', ...input }, defaults);
  if (parsed.ok) throw new Error('it was accepted');
  return parsed.faults.map(({ path, message }) => (path ? `${path}: ${message}` : message));
}

describe('a valid spec', () => {
  test('needs a command and nothing else', () => {
    expect(good({ command: 'python train.py' })).toEqual({
      name: 'run',
      project: 'default',
      command: 'python train.py',
      code: { none: true },
      setup: { requirements: 'auto', commands: [] },
      env: {},
      secrets: [],
      inputs: [],
      outputs: [{ from: 'outputs' }],
      checkpoints: { dir: 'checkpoints', everySeconds: 60, keep: 3, graceSeconds: 60 },
      resources: { instanceTypes: ['m5.large'], market: 'on-demand', zones: [], ami: 'auto', diskGiB: 50 },
      limits: {
        maxDurationSeconds: 86_400,
        capacityWaitSeconds: 86_400,
        startTimeoutSeconds: 600,
        unreachableSeconds: 600,
        leaseSeconds: 1800,
      },
      retry: { interruptions: 20, failures: 0, exitCodes: [] },
      access: { sshKeys: [] },
    });
  });

  test('keeps everything that is said', () => {
    expect(
      good({
        name: 'digits',
        project: 'Team_1',
        command: ['python', 'train.py'],
        code: { git: 'https://github.com/a/b.git', ref: 'a'.repeat(40) },
        setup: { requirements: './reqs/gpu.txt', commands: 'make' },
        env: { OMP_NUM_THREADS: 4, DEBUG: true, EMPTY: '' },
        secrets: ['WANDB_API_KEY'],
        inputs: [
          { from: 's3://bucket/digits/', to: 'data/' },
          { from: 's3://bucket/a/b.csv', to: 'data/' },
          { from: 's3://bucket/a/b.csv', to: './c.csv' },
        ],
        outputs: [{ from: 'out/', to: 's3://bucket/results/' }, { from: 'log.txt' }],
        checkpoints: { dir: 'ckpt/', every: '5s', keep: 1, grace: 0, signal: 'SIGUSR1' },
        resources: {
          instanceTypes: ['g5.xlarge', 'p4d.24xlarge', 'u-6tb1.metal'],
          market: 'spot-then-on-demand',
          zones: ['us-east-1a', 'us-west-2-lax-1a'],
          ami: 'resolve:ssm:/aws/service/x',
          disk: '1TiB',
        },
        limits: {
          maxDuration: '4h',
          maxCostUsd: 20,
          capacityWait: '1h',
          startTimeout: 300,
          unreachable: '5m',
          lease: '10m',
        },
        retry: { interruptions: 0, failures: 2, exitCodes: [75, 75, 1] },
        access: { sshKeys: [` ${KEY}`] },
      }),
    ).toEqual({
      name: 'digits',
      project: 'Team_1',
      command: ['python', 'train.py'],
      code: { git: 'https://github.com/a/b.git', ref: 'a'.repeat(40) },
      setup: { requirements: 'reqs/gpu.txt', commands: ['make'] },
      env: { OMP_NUM_THREADS: '4', DEBUG: 'true', EMPTY: '' },
      secrets: ['WANDB_API_KEY'],
      inputs: [
        { from: 's3://bucket/digits/', to: 'data' },
        { from: 's3://bucket/a/b.csv', to: 'data/b.csv' },
        { from: 's3://bucket/a/b.csv', to: 'c.csv' },
      ],
      outputs: [{ from: 'out', to: 's3://bucket/results/' }, { from: 'log.txt' }],
      checkpoints: { dir: 'ckpt', everySeconds: 5, keep: 1, graceSeconds: 0, signal: 'SIGUSR1' },
      resources: {
        instanceTypes: ['g5.xlarge', 'p4d.24xlarge', 'u-6tb1.metal'],
        market: 'spot-then-on-demand',
        zones: ['us-east-1a', 'us-west-2-lax-1a'],
        ami: 'resolve:ssm:/aws/service/x',
        diskGiB: 1024,
      },
      limits: {
        maxDurationSeconds: 14_400,
        maxCostUsd: 20,
        capacityWaitSeconds: 3600,
        startTimeoutSeconds: 300,
        unreachableSeconds: 300,
        leaseSeconds: 600,
      },
      retry: { interruptions: 0, failures: 2, exitCodes: [75, 1] },
      access: { sshKeys: [KEY] },
    });
  });

  test('waits for capacity as long as it may run, unless it says', () => {
    expect(good({ command: 'x', limits: { maxDuration: '2h' } }).limits.capacityWaitSeconds).toBe(7200);
    expect(good({ command: 'x', limits: { capacityWait: 0 } }).limits.capacityWaitSeconds).toBe(0);
  });

  test.each([
    ['make', ['make']],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [{ commands: 'a' }, ['a']],
    [{ commands: [] }, []],
  ])('setup may be %p', (setup, commands) => {
    expect(good({ command: 'x', setup }).setup).toEqual({ requirements: 'auto', commands });
  });

  test('numbers in a command list are words', () => {
    expect(parseRunSpec({ command: ['python', '--epochs', 5, '--flag', true] }, defaults)).toMatchObject({
      spec: { command: ['python', '--epochs', '5', '--flag', 'true'] },
    });
  });

  test('one instance type, one zone, a signal without SIG', () => {
    const spec = parseRunSpec(
      { command: 'x', resources: { instanceTypes: 'g5.xlarge', zones: 'us-east-1a' }, checkpoints: { signal: 'USR2' } },
      defaults,
    );
    expect(spec).toMatchObject({
      spec: { resources: { instanceTypes: ['g5.xlarge'], zones: ['us-east-1a'] }, checkpoints: { signal: 'SIGUSR2' } },
    });
  });

  test('no outputs when the list is empty', () => expect(good({ command: 'x', outputs: [] }).outputs).toEqual([]));

  test('keys that YAML leaves empty count as left out', () => {
    const empty = {
      command: 'x',
      name: null,
      env: null,
      limits: null,
      resources: { zones: null, disk: null },
      setup: null,
    };
    expect(parseRunSpec(empty, defaults)).toEqual(parseRunSpec({ command: 'x' }, defaults));
  });

  test('takes name, project and types from the defaults', () => {
    const parsed = parseRunSpec({ command: 'x' }, { name: 'My Folder_2!', project: 'p', instanceTypes: ['a.b'] });
    expect(parsed).toMatchObject({
      spec: { name: 'my-folder-2', project: 'p', resources: { instanceTypes: ['a.b'] } },
    });
  });

  test('is read again from its own JSON', () => {
    const spec = good({ command: 'x', env: { A: 1 }, setup: 'y' });
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  });
});

describe('what is no spec at all is one plain fault', () => {
  test.each([
    [undefined, /^the run spec is empty; it must be one JSON object, such as /],
    [null, /^the run spec is empty/],
    ['', /^the run spec is empty/],
    [{}, /^the run spec is empty; it must say at least what to run/],
    ['train', /this is text$/],
    ['{"command":"x"}', /it looks like JSON in quotes: leave the outer quotes out/],
    [[], /this is a list$/],
    [5, /this is a number$/],
    [true, /this is true$/],
  ])('%p', (input, message) => {
    const parsed = parseRunSpec(input, defaults);
    expect(parsed).toEqual({
      ok: false,
      faults: [{ path: '', message: expect.stringMatching(message) }],
      message: expect.stringMatching(message),
    });
  });
});

describe('faults', () => {
  test('are all named at once, with their paths', () => {
    const parsed = parseRunSpec(
      {
        comand: 'x',
        limits: { maxDuration: 'banana', maxDuraton: 5 },
        resources: { nodes: 2, market: 'sport' },
        inputs: [{ from: 'http://x', to: '../x' }],
        env: { 'a b': 1 },
      },
      defaults,
    );
    if (parsed.ok) throw new Error('accepted');
    expect(parsed.message.split('\n').sort()).toEqual(
      [
        'the run spec has 9 faults:',
        '  command: is missing; give text (a shell command) or a list of words',
        '  comand: is not a known key; did you mean "command"?',
        '  limits.maxDuration: "banana" is not a duration (try 90s, 30m, 2h)',
        '  limits.maxDuraton: is not a known key; did you mean "maxDuration"?',
        '  resources.nodes: is reserved and not built yet; take it out',
        '  resources.market: "sport" is not known; did you mean "spot"?',
        '  inputs[0].from: "http://x" must be an S3 address (try s3://bucket/path/)',
        '  inputs[0].to: "../x" leaves the working directory: ".." is not allowed',
        '  env["a b"]: is not a name of an environment variable (letters, digits and _, not first a digit)',
      ].sort(),
    );
    expect(parsed.faults).toHaveLength(9);
  });

  test('a single one stands in one line', () => {
    expect(parseRunSpec({ command: '' }, defaults)).toMatchObject({
      message: 'the run spec is not valid: command: is empty; give what to run (try python train.py)',
    });
  });

  test.each<[Record<string, unknown>, string]>([
    // keys
    [{ maxDuration: '1h' }, 'maxDuration: is not a known key here; did you mean "limits.maxDuration"?'],
    [{ instance_types: [] }, 'instance_types: is not a known key here; did you mean "resources.instanceTypes"?'],
    [
      { limits: { foo: 1 } },
      'limits.foo: is not a known key; known here: maxDuration, maxCostUsd, capacityWait, startTimeout, unreachable, lease',
    ],
    [
      { inputs: [{ from: 's3://bucket/x/', too: 'a', to: 'a' }] },
      'inputs[0].too: is not a known key; did you mean "to"?',
    ],
    ...['nodes', 'volumes', 'idle', 'gpu', 'container'].flatMap((key): [Record<string, unknown>, string][] => [
      [{ [key]: 1 }, `${key}: is reserved and not built yet; take it out`],
      [{ resources: { [key]: null } }, `resources.${key}: is reserved and not built yet; take it out`],
    ]),
    [
      { limits: { gpu: 1 } },
      'limits.gpu: is not a known key; known here: maxDuration, maxCostUsd, capacityWait, startTimeout, unreachable, lease',
    ],
    // names
    [{ name: 'Digits' }, 'name: must be 1 to 40 of a-z, 0-9 and -'],
    [{ name: '' }, 'name: must be 1 to 40 of a-z, 0-9 and -'],
    [{ name: 'a'.repeat(41) }, 'name: must be 1 to 40 of a-z, 0-9 and -'],
    [{ name: 'a\n' }, 'name: must be 1 to 40 of a-z, 0-9 and -'],
    [{ name: 5 }, 'name: must be text, not a number'],
    // command
    [{ command: '  ' }, 'command: is empty; give what to run (try python train.py)'],
    [{ command: [] }, 'command: has no program as its first word (try [python, train.py])'],
    [{ command: ['', 'x'] }, 'command: has no program as its first word (try [python, train.py])'],
    [{ command: 5 }, 'command: cannot be run; give text (a shell command) or a list of words'],
    [{ command: 'a\0b' }, 'command: holds a NUL character'],
    // code
    [
      { code: { dir: '.' } },
      'code.dir: works only from the CLI (trainctl run uploads the folder); upload it with `trainctl snapshot DIR` and give code.snapshot',
    ],
    [{ code: { snapshot: 'abc' } }, 'code.snapshot: must be the 64 hex digits that `trainctl snapshot DIR` prints'],
    [{ code: { git: 'https://h/x' } }, 'code.ref: is missing; git needs a full commit id'],
    [
      { code: { git: 'https://h/x', ref: 'main' } },
      'code.ref: must be a full commit id (40 hex digits), so that a rerun runs the same code; see `git rev-parse HEAD`',
    ],
    [{ code: { ref: 'a'.repeat(40) } }, 'code.ref: is given without git'],
    [
      { code: { git: 'ext::sh -c x', ref: 'a'.repeat(40) } },
      'code.git: must be an https://, http://, ssh:// or user@host:path URL',
    ],
    [
      { code: { git: 'file:///etc', ref: 'a'.repeat(40) } },
      'code.git: must be an https://, http://, ssh:// or user@host:path URL',
    ],
    [
      { code: { git: 'ssh://-oProxyCommand=x/y', ref: 'a'.repeat(40) } },
      'code.git: must be an https://, http://, ssh:// or user@host:path URL',
    ],
    [
      { code: { git: 'https://me:token@h/x', ref: 'a'.repeat(40) } },
      'code.git: holds a password: a spec is stored and shown; use a deploy key or a snapshot',
    ],
    [{ code: { snapshot: 'a'.repeat(64), none: true } }, 'code: gives both snapshot and none; give one'],
    [{ code: {} }, 'code: names no source; give snapshot, or git and ref, or none: true'],
    [{ code: '.' }, 'code: must be an object, not text'],
    // setup
    [{ setup: '' }, 'setup.commands[0]: is empty; give a shell command'],
    [{ setup: ['a', 5] }, 'setup.commands[1]: must be text (a shell command)'],
    [{ setup: 5 }, 'setup: must be an object, not a number'],
    [
      { setup: { requirements: '../x' } },
      'setup.requirements: "../x" leaves the working directory: ".." is not allowed; or say auto or none',
    ],
    // env and secrets
    [{ env: { TRAINCTL_RUN: 'x' } }, 'env.TRAINCTL_RUN: is set by trainctl itself (every TRAINCTL_ name is)'],
    [{ env: { A: null } }, 'env.A: has no value; write "" for an empty one'],
    [{ env: { A: ['x'] } }, 'env.A: must be text, a number, true or false'],
    [{ env: { A: Number.NaN } }, 'env.A: must be a finite number'],
    [{ env: [] }, 'env: must be an object, not a list'],
    [{ secrets: ['A', 'A'] }, 'secrets[1]: "A" is named twice'],
    [
      { secrets: ['A=1'] },
      'secrets[0]: "A=1" is not a name of an environment variable (letters, digits and _, not first a digit)',
    ],
    [{ secrets: 'A' }, 'secrets: must be a list, not text'],
    [{ secrets: ['A'], env: { A: 1 } }, 'secrets[0]: "A" is in env too; name it in one of them'],
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
      { outputs: [{ from: 'x', to: 's3://bucket/y' }] },
      'outputs[0].to: must end in / (outputs keep their names below it)',
    ],
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
    [{ resources: { disk: true } }, 'resources.disk: must be a size (try 50GiB)'],
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
  ])('%j', (input, expected) => expect(faults(input)).toEqual([expected]));

  test('never quote a value of env, nor a key', () => {
    const parsed = parseRunSpec(
      { command: 'x', env: { A: { s: 'hunter2' } }, access: { sshKeys: ['hunter2'] } },
      defaults,
    );
    expect(JSON.stringify(parsed)).not.toContain('hunter2');
  });

  test('a hostile __proto__ is refused and changes nothing', () => {
    const parsed = parseRunSpec(JSON.parse('{"command":"x","__proto__":{"a":1},"env":{"__proto__":"x"}}'), defaults);
    expect(parsed).toMatchObject({ ok: false });
    expect(({} as Record<string, unknown>).a).toBeUndefined();
    expect(faults(JSON.parse('{"env":{"__proto__":"x"}}'))).toEqual([expect.stringMatching(/^env\.__proto__: /)]);
  });

  test('without any instance type', () => {
    expect(parseRunSpec({ command: 'x' }, { instanceTypes: [] })).toMatchObject({
      faults: [{ path: 'resources.instanceTypes', message: 'is missing, and the settings name no default' }],
    });
  });

  test('a spec that does not fit in a history', () => {
    const parsed = parseRunSpec({ command: 'x'.repeat(MAX_SPEC_BYTES) }, defaults);
    expect(parsed).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^the run spec is too large: \d+ bytes/),
    });
  });
});

test('no input makes it throw, and each answer is whole', () => {
  const json = fc.oneof(
    fc.jsonValue(),
    fc.record(
      {
        command: fc.jsonValue(),
        limits: fc.jsonValue(),
        resources: fc.jsonValue(),
        env: fc.jsonValue(),
        inputs: fc.jsonValue(),
        code: fc.jsonValue(),
        checkpoints: fc.jsonValue(),
      },
      { requiredKeys: [] },
    ),
  );
  fc.assert(
    fc.property(json, (input) => {
      const parsed = parseRunSpec(input, defaults);
      if (parsed.ok) return parsed.spec.resources.instanceTypes.length > 0;
      return (
        parsed.faults.length > 0 &&
        parsed.faults.every(({ path, message }) => message !== '' && parsed.message.includes(path))
      );
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['My Project_2', 'my-project-2'],
  ['--x--', 'x'],
  ['Übung', 'u-bung'],
  ['数字', 'run'],
  ['a'.repeat(50), 'a'.repeat(40)],
  [`${'a'.repeat(39)}-b`, 'a'.repeat(39)],
])('%p is slugged to %p', (text, slug) => expect(slugName(text)).toBe(slug));
