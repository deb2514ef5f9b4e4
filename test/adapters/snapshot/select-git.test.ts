import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { selectFiles } from '../../../adapters/snapshot';
import { folder, removeFolders } from './folder';

afterEach(removeFolders);

const paths = async (dir: string): Promise<string[]> => (await selectFiles(dir)).files.map((file) => file.path);

describe('a git work tree', () => {
  test('gives tracked and untracked files, without ignored and deleted ones', async () => {
    const repo = folder({
      'tracked.py': 'x',
      'deleted.py': 'x',
      'run.sh': { run: '#!/bin/sh' },
      '.gitignore': 'ignored/\n*.log\n',
      'forced.log': 'x',
    });
    repo.git('init', '--quiet');
    repo.git('add', '--all');
    repo.git('add', '--force', 'forced.log');
    repo.git('commit', '--quiet', '--message', 'x');
    rmSync(path.join(repo.dir, 'deleted.py'));
    repo.write({ 'untracked.py': 'x', 'ignored/big': Buffer.alloc(100), 'a.log': 'x', '.npmrc': 'tracked rules only' });
    const selection = await selectFiles(repo.dir);
    expect(selection.source).toBe('git');
    expect(selection.files.map((file) => file.path)).toEqual([
      '.gitignore',
      '.npmrc',
      'forced.log',
      'run.sh',
      'tracked.py',
      'untracked.py',
    ]);
    expect(selection.files.find((file) => file.path === 'run.sh')?.mode).toBe(0o755);
    expect(selection.skipped).toEqual([
      { path: 'ignored/', bytes: 100 },
      { path: 'a.log', bytes: 1 },
    ]);
  });

  test('of a sub-folder gives that folder, by its own paths', async () => {
    const repo = folder({ 'top.py': 'x', 'sub/a.py': 'x', 'sub/deep/b.py': 'x', '.gitignore': 'sub/c.py\n' }).commit();
    repo.write({ 'sub/c.py': 'ignored above' });
    expect(await paths(path.join(repo.dir, 'sub'))).toEqual(['a.py', 'deep/b.py']);
  });

  test('.trainctlignore stands on top, and takes in again what git ignores', async () => {
    const repo = folder({
      'a.py': 'x',
      'docs/page.md': 'x',
      'docs/keep.md': 'x',
      'sub/.trainctlignore': 'x.py\n',
      'sub/x.py': 'x',
      '.gitignore': 'data/\nweights.bin\nother.bin\n',
      '.trainctlignore': 'docs/*\n!docs/keep.md\n!data/\ndata/raw/\n!weights.bin\n',
    }).commit();
    repo.write({ 'data/a.csv': 'x', 'data/raw/b.csv': 'x', 'weights.bin': 'x', 'other.bin': 'x' });
    expect(await paths(repo.dir)).toEqual([
      '.gitignore',
      '.trainctlignore',
      'a.py',
      'data/a.csv',
      'docs/keep.md',
      'sub/.trainctlignore',
      'weights.bin',
    ]);
  });

  test('odd names come through', async () => {
    const names = ['-rf', 'new\nline', 'tab\there', 'quote"', 'üñí', ' ', 'a\\b'];
    const repo = folder(Object.fromEntries(names.map((name) => [name, 'x']))).commit();
    expect((await paths(repo.dir)).sort()).toEqual([...names].sort());
  });

  test('a tracked folder that is now a link to elsewhere gives nothing of elsewhere', async () => {
    const elsewhere = folder({ 'b.py': 'private' });
    const repo = folder({ 'a/b.py': 'x', 'c.py': 'x' }).commit();
    renameSync(path.join(repo.dir, 'a'), path.join(repo.dir, 'moved'));
    symlinkSync(elsewhere.dir, path.join(repo.dir, 'a'));
    const selection = await selectFiles(repo.dir);
    expect(selection.files.map((file) => file.path)).toEqual(['c.py', 'moved/b.py']);
    expect(selection.warnings).toEqual([`a is a link to ${elsewhere.dir}, outside the folder: left out`]);
  });

  test('a tracked file that is now a folder gives what is in the folder', async () => {
    const repo = folder({ a: 'x', b: 'x' }).commit();
    rmSync(path.join(repo.dir, 'a'));
    repo.write({ 'a/inner': 'x' });
    expect(await paths(repo.dir)).toEqual(['a/inner', 'b']);
  });

  test('submodules and repositories inside give their own files', async () => {
    const library = folder({ 'lib.py': 'x', '.gitignore': '*.tmp\n' }).commit();
    const repo = folder({ 'a.py': 'x' }).commit();
    repo.git('submodule', '--quiet', 'add', library.dir, 'vendor/lib');
    repo.git('commit', '--quiet', '--message', 'submodule');
    repo.write({ 'vendor/lib/new.py': 'x', 'vendor/lib/b.tmp': 'x' });
    mkdirSync(path.join(repo.dir, 'clone'));
    repo.git('clone', '--quiet', library.dir, 'clone');
    expect(await paths(repo.dir)).toEqual([
      '.gitmodules',
      'a.py',
      'clone/.gitignore',
      'clone/lib.py',
      'vendor/lib/.gitignore',
      'vendor/lib/lib.py',
      'vendor/lib/new.py',
    ]);
  });

  test('a submodule that is not checked out is named', async () => {
    const library = folder({ 'lib.py': 'x' }).commit();
    const repo = folder({ 'a.py': 'x' }).commit();
    repo.git('submodule', '--quiet', 'add', library.dir, 'lib');
    repo.git('commit', '--quiet', '--message', 'submodule');
    repo.git('submodule', '--quiet', 'deinit', '--force', 'lib');
    const selection = await selectFiles(repo.dir);
    expect(selection.files.map((file) => file.path)).toEqual(['.gitmodules', 'a.py']);
    expect(selection.warnings).toEqual([expect.stringMatching(/^lib is a submodule that is not checked out/)]);
  });

  test('a folder that git ignores as a whole is read by its own rules', async () => {
    const repo = folder({ '.gitignore': 'scratch/\n', 'a.py': 'x' }).commit();
    repo.write({ 'scratch/train.py': 'x', 'scratch/.env': 'x' });
    const selection = await selectFiles(path.join(repo.dir, 'scratch'));
    expect(selection.source).toBe('folder');
    expect(selection.files.map((file) => file.path)).toEqual(['train.py']);
    expect(selection.warnings).toEqual([expect.stringMatching(/^git ignores .* as a whole/)]);
  });

  test('variables of another repository do not mislead', async () => {
    const other = folder({ 'other.py': 'x' }).commit();
    const repo = folder({ 'own.py': 'x' }).commit();
    process.env.GIT_DIR = path.join(other.dir, '.git');
    process.env.GIT_INDEX_FILE = path.join(other.dir, '.git/index');
    try {
      expect(await paths(repo.dir)).toEqual(['own.py']);
    } finally {
      delete process.env.GIT_DIR;
      delete process.env.GIT_INDEX_FILE;
    }
  });

  test('a merge conflict lists its file once', async () => {
    const repo = folder({ f: 'base' }).commit();
    repo.git('checkout', '--quiet', '-b', 'side');
    repo.write({ f: 'side' });
    repo.git('commit', '--quiet', '--all', '--message', 'side');
    repo.git('checkout', '--quiet', '-');
    repo.write({ f: 'main' });
    repo.git('commit', '--quiet', '--all', '--message', 'main');
    expect(() => repo.git('merge', '--quiet', 'side')).toThrow();
    expect(await paths(repo.dir)).toEqual(['f']);
  });
});
