import { type Dirent, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { trainctl } from '../../support/cli';
import { project } from '../../support/project';
import { home } from '../../support/stack';

jest.setTimeout(300_000);

/** None of a folder that is gone: tests beside this one use the same home. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Everything below the home that others may read or write, but for what the hosts' own programs make. */
function open(folder: string, name = ''): string[] {
  return entriesOf(path.join(folder, name)).flatMap((entry) => {
    const here = path.join(name, entry.name);
    if (/^cloud\/(hosts|host_init|cache)$/.test(here) || entry.isSymbolicLink() || entry.isSocket()) return [];
    const { mode } = statSync(path.join(folder, here), { throwIfNoEntry: false }) ?? { mode: 0 };
    const own = (mode & 0o077) === 0 ? [] : [`${here} ${(mode & 0o777).toString(8)}`];
    return entry.isDirectory() ? [...own, ...open(folder, here)] : own;
  });
}

test('what a stack and a run leave in the home is its owner’s alone', async () => {
  const dir = await project({ 'trainctl.yaml': JSON.stringify({ name: 'private', command: 'echo hello' }) });
  expect((await trainctl(['run', '--json', '--yes'], { cwd: dir })).code).toBe(0);
  expect(statSync(home()).mode & 0o077).toBe(0);
  expect(open(home())).toEqual([]);
});
