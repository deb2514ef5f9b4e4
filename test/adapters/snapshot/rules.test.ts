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

/** Few names, so that patterns meet paths. */
const name = fc.constantFrom('a', 'b', 'ab', 'a.c', '#x', '!y', 'd e');
const filePath = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const part = fc.constantFrom('a', 'b', 'a*', '*', '?b', '[ab]', '**', 'a.c', '*.c', '\\#x', '\\!y', 'd e', 'd*');
const pattern = fc
  .record({
    negated: fc.boolean(),
    rooted: fc.boolean(),
    parts: fc.array(part, { minLength: 1, maxLength: 3 }),
    folder: fc.boolean(),
  })
  .map((p) => `${p.negated ? '!' : ''}${p.rooted ? '/' : ''}${p.parts.join('/')}${p.folder ? '/' : ''}`);
const ignoreFile = fc.array(pattern, { minLength: 1, maxLength: 4 }).map((lines) => `${lines.join('\n')}\n`);

test('folders outside git are read as git would read them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(filePath, { minLength: 3, maxLength: 14 }),
      fc.uniqueArray(fc.tuple(fc.constantFrom('', 'a/', 'b/', 'a/b/', 'd e/'), ignoreFile), {
        minLength: 1,
        maxLength: 3,
        selector: ([where]) => where,
      }),
      async (files, ignores) => {
        const made = folder();
        // A path that another path runs through cannot be a file.
        const usable = files.filter((file) => !files.some((other) => other.startsWith(`${file}/`)));
        const rules = ignores.filter(
          ([where]) => !usable.some((file) => where === `${file}/` || where.startsWith(`${file}/`)),
        );
        made.write(Object.fromEntries(usable.map((file) => [file, 'x'])));
        made.write(Object.fromEntries(rules.map(([where, text]) => [`${where}.gitignore`, text])));
        const ours = (await selectFiles(made.dir)).files.map((file) => file.path);
        made.git('init', '--quiet');
        const selection = await selectFiles(made.dir);
        rmSync(path.join(made.dir, '.git'), { recursive: true });
        expect(selection.source).toBe('git');
        expect(ours).toEqual(selection.files.map((file) => file.path));
        removeFolders();
      },
    ),
    { numRuns: 120 },
  );
}, 60_000);
