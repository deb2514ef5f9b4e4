import { mkdirSync, readlinkSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { selectFiles } from '../../../adapters/snapshot';
import { linkInside } from '../../../adapters/snapshot/links';
import { folder, removeFolders } from './folder';

afterEach(removeFolders);

const ROOT = '/real/project';

test.each([
  ['link', 'a/b', 'a/b'],
  ['link', './a//b/', './a//b/'],
  ['x/link', '../a', '../a'],
  ['link', '.', '.'],
  ['link', '/real/project/a/b', 'a/b'],
  ['x/y/link', '/real/project/a', '../../a'],
  ['x/link', '/real/project/x/a', 'a'],
  ['link', '/real/project', '.'],
  ['x/link', '/real/project/', '..'],
  ['link', '/typed/a', 'a'],
  ['link', '../project/a', 'a'],
  ['x/link', '../../project/x/a', 'a'],
])('%s to %s stays, as %s', (file, target, kept) => {
  expect(linkInside(file, target, [ROOT, '/typed'])).toBe(kept);
});

test.each([
  ['link', '/etc/passwd'],
  ['link', '/real/project2/a'],
  ['link', '/real'],
  ['link', '..'],
  ['x/link', '../../a'],
  ['link', 'a/../../x'],
  ['link', '/real/project/a/../../x'],
  ['link', '/real/project/.git/config'],
  ['link', '.git'],
  ['link', 'C:\\a'],
  ['link', ''],
])('%s to %s does not stay', (file, target) => {
  expect(linkInside(file, target, [ROOT, '/typed'])).toBeUndefined();
});

test.each(['folder', 'git'])(
  'a folder that was itself reached by a link keeps absolute links into it (%s)',
  async (source) => {
    const base = folder({ 'real/data/x': 'x' });
    const real = path.join(base.dir, 'real');
    const typed = path.join(base.dir, 'typed');
    symlinkSync('real', typed);
    mkdirSync(path.join(real, 'sub'));
    symlinkSync(path.join(real, 'data'), path.join(real, 'by-real'));
    symlinkSync(path.join(typed, 'data'), path.join(real, 'sub', 'by-typed'));
    if (source === 'git') base.commit();
    const { files, warnings } = await selectFiles(typed);
    expect(warnings).toEqual([]);
    expect(files.filter((file) => file.link).map((file) => [file.path, file.link])).toEqual([
      ['by-real', 'data'],
      ['sub/by-typed', '../data'],
    ]);
    expect(readlinkSync(path.join(real, 'by-real'))).toBe(path.join(real, 'data'));
  },
);

test('a link that goes there and back inside is kept, and one that does so outside is not', async () => {
  const base = folder({ 'data/x': 'x', 'sub/y': 'y' });
  symlinkSync('data/../sub/y', path.join(base.dir, 'back'));
  symlinkSync('data/../../x', path.join(base.dir, 'out'));
  const { files, warnings } = await selectFiles(base.dir);
  expect(files.filter((file) => file.link).map((file) => [file.path, file.link])).toEqual([['back', 'sub/y']]);
  expect(warnings).toEqual(['out is a link to data/../../x, outside the folder: left out']);
});
