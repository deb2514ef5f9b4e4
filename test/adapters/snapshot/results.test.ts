import { selectFiles } from '../../../adapters/snapshot';
import { FETCHED_MARK } from '../../../contract';
import { folder, removeFolders } from './folder';

afterEach(removeFolders);

const TREE = {
  'train.py': 'x',
  'outputs/model.bin': 'stale',
  'digits-1-outputs/model.bin': 'fetched',
  [`digits-1-outputs/${FETCHED_MARK}`]: '',
  'deep/got/checkpoint/w': 'fetched',
  [`deep/got/${FETCHED_MARK}`]: '',
};
const results = ['outputs'];

describe.each([
  ['a folder', () => folder(TREE)],
  [
    'a git work tree',
    () => {
      const repo = folder({ 'train.py': 'x' }).commit();
      return repo.write(TREE);
    },
  ],
])('%s', (_, make) => {
  test('sends neither what trainctl fetched nor stale results, and says so', async () => {
    const selection = await selectFiles(make().dir, { results });
    expect(selection.files.map((file) => file.path)).toEqual(['train.py']);
    // A script may count on the folder.
    expect(selection.folders).toContain('outputs');
    expect(selection.skipped.map((entry) => entry.path).sort()).toEqual(['deep/got/', 'digits-1-outputs/', 'outputs/']);
    expect(selection.warnings).toEqual([
      'outputs/ stays here: the run makes its own (to send it: a line !/outputs/ in .trainctlignore)',
    ]);
  });

  test('sends a folder of that name that holds source, or that .trainctlignore names', async () => {
    const source = make().write({ 'outputs/writer.py': 'x' });
    expect((await selectFiles(source.dir, { results })).files.map((file) => file.path)).toContain('outputs/model.bin');
    const named = make().write({ '.trainctlignore': '!/outputs/\n' });
    expect((await selectFiles(named.dir, { results })).files.map((file) => file.path)).toContain('outputs/model.bin');
  });

  test('sends everything else of such a name where the run’s outputs are elsewhere', async () => {
    expect((await selectFiles(make().dir)).files.map((file) => file.path)).toContain('outputs/model.bin');
  });
});

test('what git tracks is source, whatever its folder is called', async () => {
  const repo = folder({ 'outputs/template.txt': 'x', 'train.py': 'x' }).commit();
  repo.write({ 'outputs/stale.bin': 'x' });
  const { files } = await selectFiles(repo.dir, { results });
  expect(files.map((file) => file.path)).toEqual(['outputs/template.txt', 'train.py']);
});
