import fc from 'fast-check';
import { parseRunSpec, type RunSpecInput, slugName } from '../../../contract/schema';
import { specOf } from '../../support/spec';
import { KEY } from './support';

const defaults = { instanceTypes: ['m5.large'] };

function good(input: RunSpecInput) {
  const parsed = parseRunSpec(input, defaults);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.spec;
}

describe('a valid spec', () => {
  test('needs a command and nothing else', () => {
    expect(good({ command: 'python train.py' })).toEqual(
      specOf({
        name: 'run',
        project: 'default',
        outputs: [{ from: '.' }],
        outputLimitBytes: 5 * 1024 ** 3,
        checkpoints: { everySeconds: 60, keep: 3, graceSeconds: 60 },
        resources: { instanceTypes: ['m5.large'], market: 'on-demand', diskGiB: 50 },
        limits: {
          maxDurationSeconds: 86_400,
          capacityWaitSeconds: 86_400,
          startTimeoutSeconds: 600,
          unreachableSeconds: 600,
          leaseSeconds: 1800,
        },
        retry: { interruptions: 20, failures: 0 },
      }),
    );
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
        steps: 500,
        alerts: { nan: 'stop', noCheckpointFor: '30m', noStepFor: 600 },
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
      steps: 500,
      alerts: { nan: 'stop', noCheckpointForSeconds: 1800, noStepForSeconds: 600 },
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

  test('the paths of outputs as a list or below its key, or a limit for all that is made', () => {
    const paths = [{ from: 'out', to: 's3://bucket/results/' }];
    expect(good({ command: 'x', outputs: { paths } }).outputs).toEqual(paths);
    expect(good({ command: 'x', outputs: { paths } })).not.toHaveProperty('outputLimitBytes');
    const limited = good({ command: 'x', outputs: { limit: '1.5MiB' } });
    expect(limited).toMatchObject({ outputs: [{ from: '.' }], outputLimitBytes: 1.5 * 1024 ** 2 });
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
