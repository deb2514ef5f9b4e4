import { changeLines } from '../../../../../client/cli/commands/rerun/change-lines';
import { type Changes, specChanges } from '../../../../../client/cli/commands/rerun/changes';
import type { RunSpec } from '../../../../../contract';
import { isKnownKey, parseRunSpec, type SpecPath } from '../../../../../contract/schema';
import { KEY } from '../../../../contract/schema/support';

const step = (_mark: unknown, name: string, facts: string): string => `${name}: ${facts}`;
const SNAPSHOT = 'abc123'.padEnd(64, '0');

const specOf = (input: Record<string, unknown>): RunSpec => {
  const parsed = parseRunSpec({ command: 'x', ...input }, { instanceTypes: ['m5.large'] });
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.spec;
};

it('finds the values that differ, by their paths', () => {
  const was = specOf({ env: { LR: '1', OLD: 'x' }, secrets: ['A'] });
  const is = specOf({ env: { LR: '2', NEW: 'y' }, secrets: ['A', 'B'] });
  expect(specChanges(was, is)).toEqual([
    { path: 'env.LR', from: '1', to: '2' },
    { path: 'env.OLD', from: 'x' },
    { path: 'env.NEW', to: 'y' },
    { path: 'secrets', from: ['A'], to: ['A', 'B'] },
  ]);
});

/** A value for every key of a spec that a difference can be in, other than its default. */
const OTHER = {
  name: 'other',
  project: 'other',
  command: 'y',
  setup: { requirements: 'none', commands: ['make'] },
  env: { A: '1' },
  secrets: ['S'],
  inputs: [{ from: 's3://bucket/x', to: 'x' }],
  outputs: { limit: '1500MiB' },
  checkpoints: { dir: 'ckpt', every: '3m', keep: 7, grace: '90s', signal: 'SIGUSR1' },
  resources: {
    instanceTypes: ['g5.xlarge'],
    market: 'spot',
    zones: ['us-east-1a'],
    ami: 'ami-12345678',
    disk: '70GiB',
  },
  limits: {
    maxDuration: '2h',
    maxCostUsd: 3,
    capacityWait: '1h30m',
    startTimeout: '7m',
    unreachable: '4m',
    lease: '11m',
  },
  retry: { interruptions: 1, failures: 1, exitCodes: [75] },
  steps: 5,
  alerts: { nan: 'stop', noCheckpointFor: '30m', noStepFor: '10m' },
  hold: { on: 'failed', for: '30m' },
  access: { sshKeys: [KEY] },
};

it('tells every difference by the keys and in the words of a spec', () => {
  const changes = specChanges(specOf({}), specOf(OTHER));
  for (const { path } of changes) {
    const keys: SpecPath = path.split('.');
    expect([path, isKnownKey(keys)]).toEqual([path, true]);
  }
  const told = Object.fromEntries(changes.map(({ path, to }) => [path, to]));
  expect(told).toMatchObject({
    'outputs.limit': '1572864000B',
    'checkpoints.every': '3m',
    'checkpoints.grace': '1m30s',
    'resources.disk': '70GiB',
    'limits.maxDuration': '2h',
    'limits.capacityWait': '1h30m',
    'alerts.noStepFor': '10m',
    'hold.on': 'failed',
    'hold.for': '30m',
  });
  const leaves = Object.entries(OTHER).flatMap(([key, value]) =>
    typeof value === 'object' && !Array.isArray(value) ? Object.keys(value).map((inner) => `${key}.${inner}`) : [key],
  );
  expect(Object.keys(told).sort()).toEqual(leaves.sort());
});

it('finds nothing that only an older release left out', () => {
  const { alerts, ...older } = specOf({});
  expect(alerts).toEqual({ nan: 'warn' });
  expect(specChanges(older, specOf({}))).toEqual([]);
});

it('tells spec, code, commit and requirements', () => {
  const changes: Changes = {
    of: 'digits-7k2f',
    spec: [{ path: 'env.LR', from: '0.001', to: '0.01' }],
    code: SNAPSHOT,
    commit: { sha: '1'.repeat(40), branch: 'main', changes: 0 },
    folder: {
      path: '/p',
      same: false,
      commit: { sha: '2'.repeat(40), branch: 'main', changes: 1 },
      difference: { added: ['eval.py'], removed: ['old.py'], changed: ['requirements.txt', 'train.py'] },
    },
    installed: 'requirements.txt by pip · numpy 2.4.6',
  };
  expect(changeLines({ step }, changes)).toEqual([
    'spec: env.LR 0.001 → 0.01',
    'code: the same: 111111111111 of main, abc123000000',
    'folder: /p has changed since, and is not sent (trainctl run sends it)',
    'commit: the folder is at 222222222222 of main, and 1 file changed since',
    'differs: requirements.txt, train.py, +eval.py, -old.py',
    'requirements: of the folder are others now: requirements.txt',
    'requirements: the same, installed anew; the run had: requirements.txt by pip · numpy 2.4.6',
  ]);
});

it('says so when nothing would', () => {
  const changes: Changes = { of: 'a', spec: [], code: SNAPSHOT, folder: { path: '/p', same: true } };
  expect(changeLines({ step }, changes)).toEqual([
    'spec: the same',
    'code: the same: abc123000000',
    'folder: has not changed since: /p',
  ]);
});
