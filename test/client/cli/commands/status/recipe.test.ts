import { hostDifferences, recipeRows } from '../../../../../client/cli/commands/status/recipe';
import type { RunOrigin } from '../../../../../contract';
import { attempt, stage } from '../../../support/status-fixture';

const SNAPSHOT = { snapshot: `abc123${'0'.repeat(58)}` };
const ORIGIN: RunOrigin = { user: 'me', host: 'laptop', home: 'h', folders: ['/p'] };

it('says what a run runs: command, commit, and what differs from a login on the host', () => {
  const spec = {
    command: ['python', 'train.py', '--text', "it's fine"],
    code: SNAPSHOT,
    env: { LR: '0.01', HF_TOKEN: 'hf_abcdefghijklmnop' },
    secrets: ['WANDB_API_KEY'],
  };
  const commit = { sha: '3f2a9c1'.padEnd(40, '0'), branch: 'main', changes: 2 };
  const said = ['env.LR', 'limits.maxDuration', 'command'];
  expect(recipeRows(spec, { ...ORIGIN, commit, said, rerunOf: 'digits-7k2f' })).toEqual([
    ['command', "python train.py --text 'it'\\''s fine'"],
    ['commit', '3f2a9c100000 of main, and 2 files changed since (snapshot abc123000000)'],
    ['environment', 'LR=0.01*  HF_TOKEN=(hidden)  WANDB_API_KEY (secret)'],
    ['beside the spec', 'limits.maxDuration'],
    ['repeats', 'digits-7k2f'],
  ]);
});

it('says no more than is known', () => {
  const bare = { command: 'a\nb', env: {}, secrets: [] };
  expect(recipeRows({ ...bare, code: SNAPSHOT })).toEqual([
    ['command', 'a; b'],
    ['commit', 'none that is known (snapshot abc123000000)'],
  ]);
  expect(recipeRows({ ...bare, code: { none: true } }, ORIGIN)).toEqual([['command', 'a; b']]);
  const git = { git: 'https://host/repo', ref: 'f'.repeat(40) };
  expect(recipeRows({ ...bare, code: git })[1]).toEqual(['commit', 'ffffffffffff of https://host/repo']);
});

it('tells attempts apart whose hosts were not alike', () => {
  const of = (number: number, python: string, packages: string) =>
    attempt(number, { stages: [stage('reach', 0, 1, python), stage('setup', 1, 2, packages)] });
  expect(
    hostDifferences({ attempts: [of(1, 'python 3.11', 'numpy 2.4.5'), of(2, 'python 3.11', 'numpy 2.4.6')] }),
  ).toEqual([['differs', 'attempt 2: numpy 2.4.6; attempt 1: numpy 2.4.5']]);
  expect(hostDifferences({ attempts: [of(1, 'a', 'b'), of(2, 'a', 'b'), attempt(3)] })).toEqual([]);
});
