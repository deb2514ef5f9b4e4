import { rmSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { selectFiles } from '../../../adapters/snapshot';
import { anchored } from '../../../adapters/snapshot/rules';
import { folder, removeFolders } from './folder';

afterEach(removeFolders);

describe('patterns of a deeper ignore file, as patterns of the top', () => {
  test.each([
    ['foo', '/d/**/foo'],
    ['foo/', '/d/**/foo/'],
    ['/foo', '/d/foo'],
    ['foo/bar', '/d/foo/bar'],
    ['!foo', '!/d/**/foo'],
    ['\\!foo', '/d/**/!foo'],
    ['\\#foo', '/d/**/#foo'],
    ['foo/  ', '/d/**/foo/'],
    ['foo\\ ', '/d/**/foo\\ '],
  ])('%s', (pattern, expected) => expect(anchored(pattern, 'd')).toEqual([expected]));

  test('empty lines and comments are nothing', () => expect(anchored('\n# x\n  \n/\n', 'd')).toEqual([]));

  test('a folder with a name like a pattern stands for itself', async () => {
    const { dir } = folder({
      '[a]/.gitignore': '/x\n',
      '[a]/x': '',
      'a/x': '',
      '*/.gitignore': 'y',
      '*/y': '',
      'b/y': '',
    });
    const selection = await selectFiles(dir);
    expect(selection.files.map((file) => file.path)).toEqual(['*/.gitignore', '[a]/.gitignore', 'a/x', 'b/y']);
  });
});

const FOLDERS = ['', 'a/', 'b/', 'a/a/', 'a/b/', 'b/a/b/', 'd e/', 'ab/a.c/'];
const NAMES = ['a.c', 'b.c', 'f', 'ba', '#x', '!y'];
/** Few names and all of their combinations, so that patterns meet paths. */
const FILES = FOLDERS.flatMap((where) => NAMES.map((name) => where + name));

const part = fc.constantFrom(
  'a',
  'b',
  'f',
  'a*',
  '*',
  '?b',
  '[ab]',
  '**',
  'a.c',
  '*.c',
  '\\#x',
  '\\!y',
  'd e',
  'd*',
  '*b',
);
const pattern = fc
  .record({
    negated: fc.boolean(),
    rooted: fc.boolean(),
    parts: fc.array(part, { minLength: 1, maxLength: 3 }),
    folder: fc.boolean(),
  })
  .map((p) => `${p.negated ? '!' : ''}${p.rooted ? '/' : ''}${p.parts.join('/')}${p.folder ? '/' : ''}`);
const ignoreFile = fc.array(pattern, { minLength: 1, maxLength: 4 }).map((lines) => `${lines.join('\n')}\n`);
const ignoreFiles = fc.uniqueArray(fc.tuple(fc.constantFrom(...FOLDERS), ignoreFile), {
  minLength: 1,
  maxLength: 4,
  selector: ([where]) => where,
});

test('folders outside git are read as git would read them', async () => {
  const work = folder(Object.fromEntries(FILES.map((file) => [file, 'x'])));
  // The repository lies elsewhere: the folder itself is under no git, and git's answer is git's alone.
  const repository = folder();
  repository.git('init', '--quiet');
  const ofGit = (): string[] =>
    repository
      .git(
        '--git-dir',
        `${repository.dir}/.git`,
        '--work-tree',
        work.dir,
        '-C',
        work.dir,
        'ls-files',
        '--others',
        '--exclude-standard',
        '-z',
      )
      .split('\0')
      .filter((name) => name !== '');
  await fc.assert(
    fc.asyncProperty(ignoreFiles, async (ignores) => {
      work.write(Object.fromEntries(ignores.map(([where, text]) => [`${where}.gitignore`, text])));
      try {
        const ours = (await selectFiles(work.dir)).files.map((file) => file.path);
        expect(ours.sort()).toEqual(ofGit().sort());
      } finally {
        for (const [where] of ignores) rmSync(path.join(work.dir, where, '.gitignore'));
      }
    }),
    { numRuns: 100 },
  );
}, 60_000);
