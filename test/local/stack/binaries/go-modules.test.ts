import { readFileSync } from 'node:fs';
import path from 'node:path';

const folder = path.join(__dirname, '../../../../local/stack/modules/temporal');
const lines = (file: string): string[] => readFileSync(path.join(folder, file), 'utf8').split('\n');

/** Each module that go.mod requires, as go.sum names it; a replaced one by what stands in its place. */
function required(): string[] {
  const replaced = new Map<string, string>();
  for (const line of lines('go.mod')) {
    const found = /^replace (\S+) => (\S+ v\S+)/.exec(line);
    if (found?.[1] && found[2]) replaced.set(found[1], found[2]);
  }
  return lines('go.mod').flatMap((line) => {
    const found = /^\t(\S+) (v\S+)/.exec(line);
    return found?.[1] ? [replaced.get(found[1]) ?? `${found[1]} ${found[2]}`] : [];
  });
}

// Where the modules are in Go's cache already, a build passes with a hash missing; on a machine that has none of them it does not.
test('every module of the Temporal build has its hash in go.sum', () => {
  const hashed = new Set(lines('go.sum').map((line) => line.split(' ').slice(0, 2).join(' ')));
  const modules = required();
  expect(modules.length).toBeGreaterThan(100);
  expect(modules.filter((module) => !hashed.has(module))).toEqual([]);
  expect(modules.filter((module) => !hashed.has(`${module}/go.mod`))).toEqual([]);
});
