import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkHome, HomeError, makeFolder, makeHome } from '../../../adapters/settings';

describe('the home of an installation', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'trainctl-home-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is made with the folders above it, for its owner alone, and nothing else is left in it', () => {
    const home = path.join(folder, 'a/b');
    makeHome(home);
    makeHome(home);
    expect(statSync(home).mode & 0o777).toBe(0o700);
    expect(readdirSync(home)).toEqual([]);
  });

  it('leaves nothing behind when it is only looked at', () => {
    checkHome(path.join(folder, 'a/b'));
    expect(existsSync(path.join(folder, 'a'))).toBe(false);
    const there = path.join(folder, 'there');
    mkdirSync(there);
    checkHome(there);
    expect(existsSync(there)).toBe(true);
  });

  it('is no file, and lies below none', () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    for (const home of [file, path.join(file, 'below')]) {
      expect(() => makeHome(home)).toThrow(`${home} cannot be the home of an installation: ${file}: a file stands`);
      expect(() => checkHome(home)).toThrow(HomeError);
    }
  });

  it('is refused where nothing can be written, also to root', () => {
    if (existsSync('/proc/self')) {
      expect(() => makeHome('/proc')).toThrow('/proc cannot be the home of an installation: /proc: ');
      expect(() => makeHome('/proc/nope/x')).toThrow(
        '/proc/nope/x cannot be the home of an installation: /proc/nope: ',
      );
    }
    if (process.getuid?.() === 0) return;
    chmodSync(folder, 0o500);
    expect(() => makeHome(folder)).toThrow('permission denied');
    expect(() => checkHome(path.join(folder, 'x'))).toThrow('permission denied');
    chmodSync(folder, 0o700);
  });

  it('makes only what is missing, and says what that was', () => {
    const [a, b] = [path.join(folder, 'a'), path.join(folder, 'a/b')];
    expect(makeFolder(b)).toEqual([a, b]);
    expect(makeFolder(b)).toEqual([]);
  });
});
