import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { SnapshotError, selectFiles } from '../../../adapters/snapshot';
import { folder, removeFolders } from './folder';

afterEach(removeFolders);

const paths = async (dir: string): Promise<string[]> => (await selectFiles(dir)).files.map((file) => file.path);

describe('a folder outside git', () => {
  test('is taken whole but for the default skips, at every level', async () => {
    const { dir } = folder({
      'train.py': 'x',
      '.hidden': 'kept',
      '.env': 'SECRET=1',
      'sub/.env': 'SECRET=1',
      '.venv/bin/python': 'x',
      'wandb/run/log': 'x',
      'pkg/__pycache__/a.pyc': 'x',
      'web/node_modules/a/index.js': 'x',
      'wandb.py': 'kept',
    });
    const selection = await selectFiles(dir);
    expect(selection.source).toBe('folder');
    expect(selection.files.map((file) => file.path)).toEqual(['.hidden', 'train.py', 'wandb.py']);
    expect(selection.skipped).toHaveLength(5);
    expect(selection.skipped[0]).toEqual({ path: '.env', bytes: 8 });
  });

  test('.trainctlignore takes in again what the defaults and .gitignore leave out', async () => {
    const { dir } = folder({
      '.trainctlignore': '!wandb/\n!.env\n!keep.log\n/big.bin\n',
      '.gitignore': '*.log\ndata/\n',
      '.env': 'x',
      'wandb/a/__pycache__/b': 'x',
      'keep.log': 'x',
      'drop.log': 'x',
      'data/x': 'x',
      'big.bin': 'x',
      'sub/big.bin': 'kept',
    });
    expect(await paths(dir)).toEqual([
      '.env',
      '.gitignore',
      '.trainctlignore',
      'keep.log',
      'sub/big.bin',
      'wandb/a/__pycache__/b',
    ]);
  });

  test('ignore files count at every level, the deeper one last', async () => {
    const { dir } = folder({
      '.gitignore': '*.txt\n!top.txt\n/only-here\nbuild/\n',
      'top.txt': 'x',
      'a.txt': 'x',
      'only-here': 'x',
      'sub/only-here': 'x',
      'sub/.gitignore': '!a.txt\n/own\n',
      'sub/a.txt': 'x',
      'sub/own': 'x',
      'sub/deep/own': 'x',
      'sub/deep/a.txt': 'x',
      'sub/build/x': 'x',
      'other/a.txt': 'x',
    });
    expect(await paths(dir)).toEqual([
      '.gitignore',
      'sub/.gitignore',
      'sub/a.txt',
      'sub/deep/a.txt',
      'sub/deep/own',
      'sub/only-here',
      'top.txt',
    ]);
  });

  test('.git never goes, whatever is asked', async () => {
    const { dir } = folder({
      '.trainctlignore': '!.git\n!.git/\n',
      'a/.git': 'gitdir: x',
      'b/.git.d/c': 'x',
      'a/x': 'x',
    });
    expect(await paths(dir)).toEqual(['.trainctlignore', 'a/x', 'b/.git.d/c']);
  });

  test('links are kept as links, and never followed', async () => {
    const { dir } = folder({
      'real/file': 'abc',
      'real/up': { link: '../top' },
      folder: { link: 'real' },
      dangling: { link: 'nowhere' },
      outside: { link: '/etc/passwd' },
      'real/escape': { link: '../../x' },
      sneaky: { link: 'folder/../../x' },
      top: 'x',
    });
    const selection = await selectFiles(dir);
    expect(selection.files.filter((file) => file.link !== undefined)).toEqual([
      { path: 'dangling', bytes: 0, mode: 0o777, link: 'nowhere' },
      { path: 'folder', bytes: 0, mode: 0o777, link: 'real' },
      { path: 'real/up', bytes: 0, mode: 0o777, link: '../top' },
    ]);
    expect(selection.files.map((file) => file.path)).toEqual(['dangling', 'folder', 'real/file', 'real/up', 'top']);
    expect(selection.warnings.sort()).toEqual([
      'outside is a link to /etc/passwd, outside the folder: left out',
      'real/escape is a link to ../../x, outside the folder: left out',
      'sneaky is a link to folder/../../x, outside the folder: left out',
    ]);
  });

  test('a pipe is left out, said so, and does not block', async () => {
    const { dir } = folder({ a: 'x' });
    execFileSync('mkfifo', [path.join(dir, 'pipe')]);
    const selection = await selectFiles(dir);
    expect(selection.files.map((file) => file.path)).toEqual(['a']);
    expect(selection.warnings).toEqual(['pipe is neither file, folder nor link: left out']);
  });

  test('odd names come through, in the order of their bytes', async () => {
    const names = ['-rf', ' lead', 'new\nline', 'trail ', 'a\\b', 'quote"\'', 'üñí', '\u{1F40D}.py', '*?[x]', 'Z', 'a'];
    const { dir } = folder(Object.fromEntries(names.map((name) => [name, 'x'])));
    const bytewise = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(await paths(dir)).toEqual(bytewise);
  });

  test('a name that is not UTF-8 is refused by name', async () => {
    const { dir } = folder({ a: 'x' });
    writeFileSync(Buffer.concat([Buffer.from(`${dir}/b`), Buffer.from([0xff])]), 'x');
    await expect(selectFiles(dir)).rejects.toThrow(/is not UTF-8: rename the file/);
  });

  test('says the largest of what goes and of what stays', async () => {
    const big = Buffer.alloc(5000);
    const { dir } = folder({
      '.gitignore': 'skip*\n',
      ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((n) => [`keep${n}`, big.subarray(0, n)])),
      'skip-folder/a': big,
      'skip-folder/deep/b': big,
      'skip-file': 'abc',
    });
    const selection = await selectFiles(dir);
    expect(selection.largest.map(({ path, bytes }) => `${path} ${bytes}`)).toEqual([
      'keep7 7',
      '.gitignore 6',
      'keep6 6',
      'keep5 5',
      'keep4 4',
    ]);
    expect(selection.totalBytes).toBe(6 + 1 + 2 + 3 + 4 + 5 + 6 + 7);
    expect(selection.skipped).toEqual([
      { path: 'skip-folder/', bytes: 10_000 },
      { path: 'skip-file', bytes: 3 },
    ]);
  });

  test('an empty folder is an empty selection', async () => {
    expect((await selectFiles(folder().dir)).files).toEqual([]);
  });

  test('what is no folder is refused', async () => {
    const { dir } = folder({ file: 'x' });
    await expect(selectFiles(path.join(dir, 'file'))).rejects.toThrow(SnapshotError);
    await expect(selectFiles(path.join(dir, 'nothing'))).rejects.toThrow(/is not there/);
  });
});
