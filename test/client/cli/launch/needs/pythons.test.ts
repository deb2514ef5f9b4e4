import { readFileSync } from 'node:fs';
import path from 'node:path';
import { satisfies } from '../../../../../client/cli/launch/needs/pythons';

/** The agent answers the same in test/agent/python/install/pythons_test.py. */
const cases = JSON.parse(readFileSync(path.join(__dirname, 'pythons.json'), 'utf8')) as [
  string,
  string,
  boolean | null,
][];

test.each(cases)('Python %s for "%s": %s', (version, wanted, expected) => {
  expect(satisfies(version.split('.').map(Number), wanted) ?? null).toBe(expected);
});

test('of a Python whose last number is not known, only what does not depend on it', () => {
  const known = (wanted: string) => satisfies([3, 10], wanted);
  expect(['>=3.8', '>=3.10', '<3.11', '~3.10', '==3.10.*'].map(known)).toEqual([true, true, true, true, true]);
  expect(['>=3.11', '<3.10', '==3.9.*', '<=3.9'].map(known)).toEqual([false, false, false, false]);
  expect(['>=3.10.5', '==3.10', '<=3.10', '!=3.10.2'].map(known).slice(0, 3)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
