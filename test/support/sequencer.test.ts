import { existsSync } from 'node:fs';
import path from 'node:path';

const Spread = require('./sequencer.js') as {
  LONG: string[];
  new (): { sort(tests: { path: string }[]): { path: string }[] };
};

const root = path.resolve(__dirname, '../..');
const fileOf = (name: string): string => path.join(root, `${name}.test.ts`);

test('the long files that it names are there', () => {
  expect(Spread.LONG.filter((name) => !existsSync(fileOf(name)))).toEqual([]);
});

test('four long files come first, the others between the short ones, and none is lost', () => {
  const short = ['test/contract/units', 'test/contract/suggest', 'test/docs/map', 'test/docs/layout'].map(fileOf);
  const long = Spread.LONG.slice(0, 6).map(fileOf);
  const sorted = new (Spread as unknown as new (options: object) => InstanceType<typeof Spread>)({}).sort(
    [...short, ...[...long].reverse()].map((file) => ({ path: file })),
  );
  const order = sorted.map(({ path: file }) => file);
  expect([...order].sort()).toEqual([...short, ...long].sort());
  expect(order.filter((file) => long.includes(file))).toEqual(long);
  expect(order.slice(0, 4)).toEqual(long.slice(0, 4));
  expect(short).toContain(order[4]);
  expect(order.at(-1)).toBe(long[5]);
});
