import { changeLines } from '../../../../../client/cli/commands/rerun/change-lines';
import { type Changes, specChanges } from '../../../../../client/cli/commands/rerun/changes';

const step = (_mark: unknown, name: string, facts: string): string => `${name}: ${facts}`;
const SNAPSHOT = 'abc123'.padEnd(64, '0');

it('finds the values that differ, by their paths', () => {
  const was = { name: 'a', env: { LR: '1', OLD: 'x' }, limits: { maxDurationSeconds: 3600 }, secrets: ['A'] };
  const is = { name: 'a', env: { LR: '2', NEW: 'y' }, limits: { maxDurationSeconds: 3600 }, secrets: ['A', 'B'] };
  expect(specChanges(was, is)).toEqual([
    { path: 'env.LR', from: '1', to: '2' },
    { path: 'env.OLD', from: 'x' },
    { path: 'env.NEW', to: 'y' },
    { path: 'secrets', from: ['A'], to: ['A', 'B'] },
  ]);
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
