import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isHomeOrRoot } from '../../../../client/cli/launch/code-folder';
import { selectAnyCode } from '../../../../client/cli/launch/send-code';

describe('a home, or a root', () => {
  let base: string;
  let home: string;
  beforeEach(() => {
    base = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'trainctl-home-')));
    home = path.join(base, 'people', 'me');
    mkdirSync(path.join(home, '.ssh'), { recursive: true });
    mkdirSync(path.join(home, 'project'));
    writeFileSync(path.join(home, 'project', 'train.py'), 'x');
    jest.spyOn(os, 'homedir').mockReturnValue(home);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(base, { recursive: true, force: true });
  });

  test.each(['/', '/root', '/home', '/home/somebody', '/Users/somebody'])('%s is one', (dir) => {
    expect(isHomeOrRoot(dir)).toBe(true);
  });

  test('so is what HOME names, by whatever path, and all above it; a project in it is none', () => {
    symlinkSync(home, path.join(base, 'link'));
    expect([home, path.join(base, 'link'), path.dirname(home), base].map(isHomeOrRoot)).toEqual(Array(4).fill(true));
    expect(isHomeOrRoot(path.join(home, 'project'))).toBe(false);
  });

  test('a folder that HOME names for want of another is none', () => {
    rmSync(path.join(home, '.ssh'), { recursive: true });
    expect(isHomeOrRoot(home)).toBe(false);
  });

  test('is refused before it is read, unless --yes was said', async () => {
    await expect(selectAnyCode(home)).rejects.toMatchObject({ code: 'usage', next: expect.stringContaining('--yes') });
    expect((await selectAnyCode(home, true))?.files.map((file) => file.path)).toEqual(['project/train.py']);
    expect((await selectAnyCode(path.join(home, 'project')))?.files).toHaveLength(1);
  });
});
