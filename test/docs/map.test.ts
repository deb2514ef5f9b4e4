import { existsSync, readdirSync, readFileSync } from 'node:fs';
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

/** Rooms that a row names in its folder; those in brackets are rooms of a room. */
const roomsOf = (text: string): string[] =>
  [...text.replace(/\([^)]*\)/g, '').matchAll(/`([a-z0-9-]+)\/`/g)].map(([, room = '']) => room);

const folders = [...page.matchAll(/^\| `([^`]+)` \| (.*\/`.*) \|$/gm)].map(([, folder = '', text = '']) => ({
  folder,
  rooms: roomsOf(text),
}));

test.each(folders)('$folder has the rooms that its row names', ({ folder, rooms }) => {
  expect(rooms.filter((room) => !existsSync(path.join(root, folder, room)))).toEqual([]);
});

// The row of activities names only those for all steps; parts of the interface have a row of their own.
test.each(folders.filter(({ folder }) => folder !== 'activities'))('$folder has no other', ({ folder, rooms }) => {
  const there = readdirSync(path.join(root, folder), { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !folders.some((other) => other.folder === `${folder}/${entry.name}`),
  );
  expect(there.map(({ name }) => name).filter((name) => !rooms.includes(name) && name !== '__pycache__')).toEqual([]);
});
