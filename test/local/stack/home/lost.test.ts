import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isLost } from '../../../../local/stack/home/lost';

let home: string;
/** Of a sandbox that has been given nothing of the machine's files. */
let bare: string;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'trainctl-lost-'));
  bare = mkdtempSync(path.join(os.tmpdir(), 'trainctl-bare-'));
});
afterEach(() => {
  for (const folder of [home, bare]) rmSync(folder, { recursive: true, force: true });
});

const seen = (root: string, at = home) => {
  const cwd = path.join(bare, 'cwd');
  symlinkSync(at, cwd);
  return { root, cwd };
};

test('what has shut itself into a sandbox on a host of a live stack is not left over', () => {
  const view = seen(bare);
  expect(isLost(view, home, true)).toBe(false);
  rmSync(home, { recursive: true });
  expect(isLost(view, home, true)).toBe(true);
});

test('what runs on a host that sees its home in a container of its own is not left over', () => {
  const view = seen(home, home);
  expect(isLost({ ...view, root: path.dirname(home) }, `/${path.basename(home)}`, true)).toBe(false);
});

test('a server goes by its own view, and by the folder that it works in', () => {
  const view = seen('/');
  expect(isLost(view, home, false)).toBe(false);
  expect(isLost({ ...view, root: bare }, home, false)).toBe(true);
  rmSync(view.cwd);
  // As the kernel names a folder that was removed, also where another one has come in its place.
  expect(isLost(seen('/', `${home} (deleted)`), home, false)).toBe(true);
});
