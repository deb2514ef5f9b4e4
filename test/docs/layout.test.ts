import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '../..');
const SOURCE = /\.(ts|mjs|js|py|sh)$/;

const sources = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  .toString()
  .split('\0')
  .filter((file) => SOURCE.test(file));

test('one idea a file: each has less than 12 KB', () => {
  const sized = sources.map((file) => ({
    file,
    size: statSync(path.join(root, file), { throwIfNoEntry: false })?.size ?? 0,
  }));
  expect(sized.length).toBeGreaterThan(500);
  expect(sized.filter(({ size }) => size >= 12_000)).toEqual([]);
});

test('a folder of sources holds at most 20 files', () => {
  const count = new Map<string, number>();
  for (const file of sources) count.set(path.dirname(file), (count.get(path.dirname(file)) ?? 0) + 1);
  expect([...count].filter(([, files]) => files > 20)).toEqual([]);
});
