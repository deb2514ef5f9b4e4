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
/** Side by side in one folder, so that one call of git judges them all; some have names that patterns of the top meet. */
const TREES = ['a', 'b', 'ab', 'd e', 't1', 't2', 't3', 't4'];
const cases = fc.record({
  top: fc.option(ignoreFile, { freq: 3 }).map((text) => text ?? ''),
  trees: fc.array(ignoreFiles, { minLength: TREES.length, maxLength: TREES.length }),
});

test('folders outside git are read as git would read them', async () => {
  const work = folder(Object.fromEntries(TREES.flatMap((tree) => FILES.map((file) => [`${tree}/${file}`, 'x']))));
  // The repository lies elsewhere: the folder itself is under no git, and git's answer is git's alone.
  const repository = folder();
  repository.git('init', '--quiet');
  const inWork = ['--git-dir', `${repository.dir}/.git`, '--work-tree', work.dir, '-C', work.dir];
  const ofGit = (): string[] =>
    repository
      .git(...inWork, 'ls-files', '--others', '--exclude-standard', '-z')
      .split('\0')
      .filter((name) => name !== '');
  await fc.assert(
    fc.asyncProperty(cases, async ({ top, trees }) => {
      const ignores = Object.fromEntries([
        ['.gitignore', top],
        ...trees.flatMap((files, index) =>
          files.map(([where, text]) => [`${TREES[index]}/${where}.gitignore`, text] as const),
        ),
      ]);
      work.write(ignores);
      try {
        const ours = (await selectFiles(work.dir)).files.map((file) => file.path);
        expect(ours.sort()).toEqual(ofGit().sort());
      } finally {
        for (const name of Object.keys(ignores)) rmSync(path.join(work.dir, name));
      }
    }),
    { numRuns: 40 },
  );
}, 60_000);
