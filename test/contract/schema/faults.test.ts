import { MAX_SPEC_BYTES, parseRunSpec } from '../../../contract/schema';
import { SPEC_KEYS } from '../../../contract/schema/run';
import { faultsOf } from './support';

const defaults = { instanceTypes: ['m5.large'] };

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

  // Of keys, names, command, code, setup, env and secrets; the other parts are in faults-values.test.ts.
  test.each<[Record<string, unknown>, string]>([
    // keys
    [{ maxDuration: '1h' }, 'maxDuration: is not a known key here; did you mean "limits.maxDuration"?'],
    [{ instance_types: [] }, 'instance_types: is not a known key here; did you mean "resources.instanceTypes"?'],
    [
      { limits: { banana: 1 } },
      'limits.banana: is not a known key; known here: maxDuration, maxCostUsd, capacityWait, startTimeout, unreachable, lease',
    ],
    [
      { inputs: [{ from: 's3://bucket/x/', too: 'a', to: 'a' }] },
      'inputs[0].too: is not a known key; did you mean "to"?',
    ],
    [{ outputs: { foo: 1 } }, 'outputs.foo: is not a known key; known here: paths, limit'],
    [
      { outputs: [{ from: 'a', limit: 1 }] },
      'outputs[0].limit: is not a known key here; did you mean "outputs.limit"?',
    ],
    [
      { outputs: { from: 'a' } },
      'outputs.from: is not a known key here; did you mean "outputs[].from" or "outputs.paths[].from" or "inputs[].from"?',
    ],
    [{ limits: { cost: 5 } }, 'limits.cost: is not a known key; did you mean "maxCostUsd"?'],
    [{ resources: { disk_size: 5 } }, 'resources.disk_size: is not a known key; did you mean "disk"?'],
    [{ setup: { env: {} } }, 'setup.env: is not a known key here; did you mean "env" at the top level?'],
    [{ dir: 'x' }, 'dir: is not a known key here; did you mean "code.dir" or "checkpoints.dir"?'],
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
    [
      { command: ['CUDA_VISIBLE_DEVICES=0', 'python', 'train.py'] },
      'command: sets CUDA_VISIBLE_DEVICES before its program, which only a shell does: name CUDA_VISIBLE_DEVICES in env, or give the command as one text',
    ],
    [
      { command: ['cd', 'src'] },
      "command: begins with cd, which is the shell's, and a list runs without one: give the command as one text",
    ],
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
      'code.git: must be an https:// or ssh:// URL, or user@host:path',
    ],
    [
      { code: { git: 'file:///etc', ref: 'a'.repeat(40) } },
      'code.git: must be an https:// or ssh:// URL, or user@host:path',
    ],
    [
      { code: { git: 'ssh://-oProxyCommand=x/y', ref: 'a'.repeat(40) } },
      'code.git: must be an https:// or ssh:// URL, or user@host:path',
    ],
    [
      { code: { git: 'https://me:token@h/x', ref: 'a'.repeat(40) } },
      "code.git: holds a password: a spec is stored and shown; leave out what stands before the @ (the workers' git has credentials of its own), or use a snapshot",
    ],
    [{ code: { snapshot: 'a'.repeat(64), none: true } }, 'code: gives both snapshot and none; give one'],
    [
      { code: { snapshot: 'a'.repeat(64), times: 'x' } },
      'code.times: must be the 64 hex digits that `trainctl snapshot DIR` prints',
    ],
    [{ code: { none: true, times: 'a'.repeat(64) } }, 'code.times: is given without snapshot'],
    [{ command: ['x', 2 ** 53] }, 'command[1]: is a number too long to keep all its digits; write it in quotes'],
    [{ env: { ID: 1e21 } }, 'env.ID: is a number too long to keep all its digits; write it in quotes'],
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
  ])('%j', (input, expected) => expect(faultsOf(input)).toEqual([expected]));

  test.each(Object.entries(SPEC_KEYS))('an unknown key of %p is told nothing but keys of that place', (place, keys) => {
    const inner = ['foo', 'bar', 'test', 'xyz'].map((key) => {
      const [top = '', ...below] = place.split('.');
      const under = below.length === 0 ? { [key]: 1 } : { paths: [{ from: 'a', [key]: 1 }] };
      const document =
        top === '' ? { [key]: 1 } : top.endsWith('[]') ? { [top.slice(0, -2)]: [under] } : { [top]: under };
      const parsed = parseRunSpec({ command: 'x', ...document }, defaults);
      const told = parsed.ok ? [] : parsed.faults.filter(({ path }) => path.endsWith(key));
      expect(told).toHaveLength(1);
      return /(?:did you mean "(.*)"\?|known here: (.*))$/.exec(told[0]?.message ?? '')?.slice(1) ?? [];
    });
    for (const name of inner.flatMap(([near, all]) => (near ?? all ?? '?').split(', '))) expect(keys).toContain(name);
  });

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
    expect(faultsOf(JSON.parse('{"env":{"__proto__":"x"}}'))).toEqual([expect.stringMatching(/^env\.__proto__: /)]);
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
