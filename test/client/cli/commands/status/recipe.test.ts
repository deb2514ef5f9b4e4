import { pausedLines } from '../../../../../client/cli/commands/status/paused';
import { hostDifferences, readRecipe, recipeRows } from '../../../../../client/cli/commands/status/recipe';
import { storedRecipe } from '../../../../../client/cli/commands/status/stored-recipe';
import { stillCostsWords } from '../../../../../client/cli/shared/still-costs';
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

it('is read from an object that may be anybody’s', () => {
  const good = { command: 'a', code: SNAPSHOT, env: { A: '1' }, secrets: ['S'] };
  expect(readRecipe({ version: 1, spec: { ...good, name: 'x' } })).toEqual(good);
  const bad = [{ command: 7 }, { command: ['a', 7] }, { code: null }, { code: { git: 7 } }, { code: {} }, { env: [7] }];
  const faults = [...bad, { env: { A: {} } }, { secrets: 'S' }, { secrets: [null] }];
  for (const fault of faults) expect(readRecipe({ spec: { ...good, ...fault } })).toBeUndefined();
  for (const none of [undefined, null, 7, 'x', [], {}, { spec: 7 }]) expect(readRecipe(none)).toBeUndefined();
});

it('tells attempts apart whose hosts were not alike', () => {
  const of = (number: number, python: string, packages: string) =>
    attempt(number, { stages: [stage('reach', 0, 1, python), stage('setup', 1, 2, packages)] });
  expect(
    hostDifferences({ attempts: [of(1, 'python 3.11', 'numpy 2.4.5'), of(2, 'python 3.11', 'numpy 2.4.6')] }),
  ).toEqual([['differs', 'attempt 2: numpy 2.4.6; attempt 1: numpy 2.4.5']]);
  expect(hostDifferences({ attempts: [of(1, 'a', 'b'), of(2, 'a', 'b'), attempt(3)] })).toEqual([]);
});

it('says what still costs of a run that Temporal has ended, and until when', () => {
  const costs = { ids: ['i-1', 'vol-1'], hourlyUsd: 0.36, endsBy: '2026-03-01T12:02:00.000Z' };
  expect(stillCostsWords(costs, new Date('2026-03-01T12:01:00Z'))).toBe(
    'i-1, vol-1 ($0.36/h): a worker ends it by 2026-03-01T12:02:00.000Z; else at once by: trainctl reconcile',
  );
  const late = { ...costs, leaseEndsBy: '2026-03-01T12:33:00.000Z' };
  expect(stillCostsWords(late, new Date('2026-03-01T12:03:00Z'))).toBe(
    'i-1, vol-1 ($0.36/h): no worker has ended it: its host ends itself at 2026-03-01T12:33:00.000Z at the latest; at once by: trainctl reconcile',
  );
  const { endsBy } = costs;
  expect(stillCostsWords({ ids: [], endsBy, unknown: 'no route' }, new Date(0))).toMatch(/^not known: no route: /);
});

it('says of a paused step who paused it, what that means and how it goes on', () => {
  const step = { activityId: '8', since: '2026-03-01T12:00:00.000Z', by: 'ann@desk', reason: 'to look' };
  expect(pausedLines({ run: 'a run', pausedSteps: [{ ...step, step: 'supervise' }] })).toEqual([
    "supervise is paused in Temporal by ann@desk since 2026-03-01T12:00:00.000Z (to look): nobody watches its host, which trains on until its lease is over, and then saves and ends itself; it goes on by: temporal activity unpause --workflow-id 'a run' --activity-id 8",
  ]);
  expect(pausedLines({ run: 'r', pausedSteps: [{ activityId: '3', step: 'syncCode' }] })[0]).toMatch(
    /^syncCode is paused in Temporal: the run waits for it; /,
  );
  expect(pausedLines({ run: 'r' })).toEqual([]);
});

it('is read from S3 where Temporal does not show it, whatever the reason', async () => {
  const recipe = (command: string) => ({ command, code: SNAPSHOT, env: {}, secrets: [] });
  const refused = Object.assign(new Error('7 PERMISSION_DENIED'), { code: 7, details: 'no', metadata: {} });
  const spec = async () => ({ spec: recipe('in S3') });
  const handle = (recordedSpec: () => Promise<unknown>) => ({ recordedSpec, spec });
  expect(
    await storedRecipe(
      handle(async () => recipe('recorded')),
      true,
    ),
  ).toMatchObject({ command: 'recorded' });
  for (const fault of [refused, new Error('anything')]) {
    const silent = handle(() => Promise.reject(fault));
    expect(await storedRecipe(silent, true)).toMatchObject({ command: 'in S3' });
    expect(await storedRecipe(silent, false)).toBeUndefined();
  }
});
