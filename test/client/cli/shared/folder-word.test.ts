import { folderWord } from '../../../../client/cli/shared/folder-word';

it('an id that a folder may have is its name', () => {
  expect(folderWord('digits-7k2f')).toBe('digits-7k2f');
  expect(folderWord('nightly-2026-11-27T03:00:00Z')).toBe('nightly-2026-11-27T03.00.00Z');
});

it.each([
  '..',
  '.',
  '../../etc',
  '/abs',
  '-rf',
  '.hidden',
  'a\0b',
  'two\nlines',
  '训练',
  'x'.repeat(1000),
  ' ',
  '\u001b[31m',
])('%j lies where it should, below a name of its own', (id) => {
  expect(folderWord(id)).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}-[0-9a-f]{8}$/);
  expect(folderWord(id)).not.toContain('..');
  expect(folderWord(id)).not.toBe(folderWord(`${id}!`));
});
