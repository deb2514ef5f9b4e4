import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readSpecInput, type SpecInput } from '../../../../client/cli/launch/spec-input';
import { applySet } from '../../../../client/cli/shared/set-option';

/** What YAML 1.1 or 1.2 makes numbers, truths, dates or nothing of. */
const ODD = [
  ['3.10', '1.0', '1e-4', '1E5', '1234e56', '.5', '5.', '-0', '+1', '+1.0', '-.5'],
  ['0012', '00123', '0o17', '0x1F', '0b101', '1_000', '12345678901234567890', '0.1000000000000000055511151231257827'],
  ['.inf', '-.INF', '.nan', 'yes', 'no', 'on', 'off', 'y', 'N', 'true', 'False', 'TRUE'],
  ['null', 'Null', 'NULL', '~', '2024-01-01', '2001-12-14t21:59:43.10-05:00', '1:30', '190:20:30.15'],
].flat();

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'trainctl-written-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const read = (text: string, name = 'trainctl.yaml', set: string[] = []): SpecInput => {
  writeFileSync(path.join(dir, name), text);
  return readSpecInput(name, { command: [], set }, { instanceTypes: ['m5.large'] }, {}, dir);
};

describe.each(['', '%YAML 1.1\n---\n', '%YAML 1.2\n---\n'])('a spec of YAML (%j)', (head) => {
  test.each(ODD)('%s is what was written, in env and among words', (value) => {
    const { spec, input } = read(`${head}command: [x, ${value}]\nenv:\n  A: ${value}\n  B: "${value}"\n`);
    expect(spec).toMatchObject({ command: ['x', value], env: { A: value, B: value } });
    expect(input).toMatchObject({ command: ['x', value], env: { A: value, B: value } });
  });

  test.each(ODD)('%s as an item of a block list, with a comment behind it', (value) => {
    const { spec } = read(`${head}command:\n  - x\n  - ${value}  # why\nsetup:\n  commands:\n  - ${value}\n`);
    expect(spec).toMatchObject({ command: ['x', value], setup: { commands: [value] } });
  });
});

test('an anchor means the same text wherever it is text, and the same number wherever it is a number', () => {
  const { spec } = read(
    'command: [x, &lr 1e-4, *lr]\nenv: { LR: *lr, N: &n 010, M: *n }\nretry: { failures: *n }\nresources: { disk: &d 0x40 }\nsetup: [*d]\n',
  );
  expect(spec.command).toEqual(['x', '1e-4', '1e-4']);
  expect(spec.env).toEqual({ LR: '1e-4', N: '010', M: '010' });
  expect(spec.retry.failures).toBe(10);
  expect([spec.resources.diskGiB, spec.setup.commands]).toEqual([64, ['0x40']]);
});

test('numbers stay numbers where numbers are meant', () => {
  const { spec } = read('command: x\nlimits: { maxDuration: 1e3, maxCostUsd: 1.50 }\nretry: { exitCodes: [75] }\n');
  expect(spec.limits).toMatchObject({ maxDurationSeconds: 1000, maxCostUsd: 1.5 });
  expect(spec.retry.exitCodes).toEqual([75]);
});

test('whatever else is text by nature is as it was written: names, commits, secrets, commands', () => {
  const ref = '1234567890123456789012345678901234567890';
  const { spec } = read(
    `name: 0012\nproject: 3.10\ncommand: 1e-4\ncode: { git: "https://example.com/a.git", ref: ${ref} }\nsetup: { requirements: 2.0, commands: 1_0 }\n`,
  );
  expect(spec).toMatchObject({
    name: '0012',
    project: '3.10',
    command: '1e-4',
    code: { ref },
    setup: { requirements: '2.0', commands: ['1_0'] },
  });
  expect(() => read('command: x\ncode: { git: "https://example.com/a.git", ref: 1234e56 }')).toThrow(
    'code.ref: must be a full commit id',
  );
  expect(() => read('command: x\nsecrets: [1e5]')).toThrow('"1e5" is not a name of an environment variable');
  expect(() => read('command: x\nresources: { zones: [1e5], instanceTypes: 0012 }')).toThrow(
    /"0012" is not an instance type[\s\S]*"1e5" is not an availability zone/,
  );
  expect(() => read('command: x\nenv: { 0012: x }')).toThrow('env["0012"]');
});

test('a key without a value is left out, or a fault, as ever; null leaves out what may be left out', () => {
  expect(read('command: x\nname:\nproject: null\nresources: { ami: ~ }\nlimits:\n').spec.resources.ami).toBe('auto');
  expect(() => read('command: x\nenv:\n  A:\n')).toThrow('env.A: has no value');
});

test('a spec of JSON keeps its digits; null is no text there', () => {
  const { spec } = read(
    '{"command": ["x", 3.10, 1E5, 12345678901234567890, true], "env": {"A": 3.10, "B": 12345678901234567890}}',
    'trainctl.json',
  );
  expect(spec.command).toEqual(['x', '3.10', '1E5', '12345678901234567890', 'true']);
  expect(spec.env).toEqual({ A: '3.10', B: '12345678901234567890' });
  expect(() => read('{"command": "x", "env": {"A": null}}', 'trainctl.json')).toThrow('env.A: has no value');
});

describe('--set', () => {
  const set = (...assignments: string[]): Record<string, unknown> => {
    const document: Record<string, unknown> = {};
    for (const assignment of assignments) applySet(document, assignment);
    return document;
  };

  test.each(ODD.filter((value) => value !== 'null'))('env.A=%s is what was written', (value) => {
    expect(set(`env.A=${value}`)).toEqual({ env: { A: value } });
    expect(set(`env={A: ${value}}`)).toEqual({ env: { A: value } });
    expect(set(`command=[x, ${value}]`)).toEqual({ command: ['x', value] });
    expect(set('command=[x, y]', `command[1]=${value}`)).toEqual({ command: ['x', value] });
  });

  test.each([
    ['env.A=[64, 64]', '[64, 64]'],
    ['env.A={"a": 1e5}', '{"a": 1e5}'],
    ['env.A=a: b', 'a: b'],
    ['env.A= padded # no comment ', ' padded # no comment '],
    ['env.A=*', '*'],
    ['env.A="quoted\\n"', 'quoted\n'],
    ["env.A='null'", 'null'],
    ['env.A="a" "b"', '"a" "b"'],
  ])('%s', (assignment, value) => expect(set(assignment)).toEqual({ env: { A: value } }));

  test('a command is a line, or a list of words', () => {
    expect(set('command=python train.py --lr 1e-4 # fast')).toEqual({ command: 'python train.py --lr 1e-4 # fast' });
    expect(set('command=[ -f x ] && echo "a: b"')).toEqual({ command: '[ -f x ] && echo "a: b"' });
    expect(set('setup=echo a: 1')).toEqual({ setup: 'echo a: 1' });
    expect(set('setup={requirements: none, commands: [1e5]}')).toEqual({
      setup: { requirements: 'none', commands: ['1e5'] },
    });
  });

  test('counts, sizes and durations are what YAML makes of them', () => {
    expect(set('retry.failures=2', 'limits.maxCostUsd=1.50', 'code.none=true')).toEqual({
      retry: { failures: 2 },
      limits: { maxCostUsd: 1.5 },
      code: { none: true },
    });
  });
});

test('a spec that is a folder is called one, and does not hide another', () => {
  mkdirSync(path.join(dir, 'trainctl.yaml'));
  const found = (command: string[] = []): SpecInput =>
    readSpecInput(undefined, { command }, { instanceTypes: ['m5.large'] }, {}, dir);
  expect(() => found()).toThrow('trainctl.yaml is a folder, not a spec');
  expect(found(['x']).spec.command).toEqual(['x']);
  writeFileSync(path.join(dir, 'trainctl.json'), '{"command": "y"}');
  expect(found().spec.command).toBe('y');
});

test('a spec that cannot be read is named, with the reason', () => {
  expect(() => readSpecInput('/proc/self/mem', { command: [] }, { instanceTypes: ['m5.large'] }, {}, dir)).toThrow(
    '/proc/self/mem cannot be read: ',
  );
});
