import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '../..');
const page = readFileSync(path.join(root, 'CONTRIBUTING.md'), 'utf8');

/** Rows of the table that says where ten things are. */
const rows = [...page.matchAll(/^\| (.+) \| `([^`]+)` \| `([^`]+)` \|$/gm)].map(
  ([, what = '', file = '', word = '']) => ({
    what,
    file,
    word,
  }),
);

test('the map names ten things', () => expect(rows).toHaveLength(10));

test.each(rows)('$what is where the map says', ({ file, word }) => {
  expect(readFileSync(path.join(root, file), 'utf8')).toContain(word);
});

test('every folder of the tables is there', () => {
  const cells = [...page.matchAll(/^\| `([^`]+)`(?:, `([^`]+)`)? \|/gm)].flatMap(([, ...names]) =>
    names.filter(Boolean),
  );
  expect(cells.length).toBeGreaterThan(10);
  expect(cells.filter((name) => !existsSync(path.join(root, name as string)))).toEqual([]);
});

test('every room that a row names is in the folder of that row', () => {
  const rooms = [...page.matchAll(/^\| `([^`]+)` \| (.*\/`.*) \|$/gm)].flatMap(([, folder = '', text = '']) =>
    [...text.matchAll(/`([a-z0-9-]+)\/`/g)].map(([, room = '']) => ({ folder, room })),
  );
  expect(rooms.length).toBeGreaterThan(30);
  const missing = rooms.filter(
    ({ folder, room }) =>
      ![folder, `${folder}/ec2`, 'adapters/aws', 'adapters/ssh'].some((at) => existsSync(path.join(root, at, room))),
  );
  expect(missing).toEqual([]);
});
