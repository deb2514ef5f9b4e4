import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rememberedRun, rememberRun } from '../../../client/origin/memory';
import { isOf } from '../../../client/origin/of-folder';
import { originOf, readOrigin, realFolder } from '../../../client/origin/origin';
import { personOf } from '../../../client/origin/person';
import { ORIGIN_MEMO } from '../../../contract';

describe('where a run comes from', () => {
  let home: string;
  beforeEach(() => {
    home = realpathSync(mkdtempSync(path.join(tmpdir(), 'trainctl-origin-')));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('a person is the login name and the home, which gets an id with the first start', () => {
    expect(personOf(home).home).toBe('');
    const { user, home: id } = personOf(home, true);
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(personOf(home)).toMatchObject({ user, home: id });
    expect(personOf('/nonexistent/home', true).home).toBe('');
  });

  it('names every folder once, by its real name, and finds its runs again', () => {
    const link = path.join(home, 'link');
    symlinkSync(home, link);
    const origin = originOf(home, { folders: [home, link], said: ['env.LR'], rerunOf: 'a' });
    expect(origin.folders).toEqual([realFolder(process.cwd()), home]);
    const memo = { [ORIGIN_MEMO]: JSON.parse(JSON.stringify(origin)) as unknown };
    expect(readOrigin(memo)).toEqual(origin);
    expect(isOf({ memo }, home, personOf(home))).toBe(true);
    expect(isOf({ memo }, path.dirname(home), personOf(home))).toBe(false);
  });

  it('is never a colleague’s, neither of another login nor of another home, nor one of a Schedule', () => {
    const me = personOf(home, true);
    const of = (more: object) => ({ memo: { [ORIGIN_MEMO]: { ...me, folders: [home], ...more } } });
    expect(isOf(of({}), home, me)).toBe(true);
    expect(isOf(of({ host: 'the same laptop in another network' }), home, me)).toBe(true);
    expect(isOf(of({ schedule: 'nightly' }), home, me)).toBe(false);
    expect(isOf(of({ user: 'colleague' }), home, me)).toBe(false);
    expect(isOf(of({ home: 'theirs' }), home, me)).toBe(false);
    expect(isOf({ memo: { [ORIGIN_MEMO]: 'nonsense' } }, home, me)).toBe(false);
    expect(isOf({}, home, me)).toBe(false);
  });

  it('remembers the newest run of each folder, the newest 200 of them', () => {
    expect(rememberedRun(home, '/a')).toBeUndefined();
    rememberRun(home, ['/a', '/b'], { run: 'one', runId: '1' });
    rememberRun(home, ['/a'], { run: 'two', runId: '2' });
    expect([rememberedRun(home, '/a'), rememberedRun(home, '/b')]).toEqual([
      { run: 'two', runId: '2' },
      { run: 'one', runId: '1' },
    ]);
    const many = Array.from({ length: 200 }, (_, i) => `/many/${i}`);
    rememberRun(home, many, { run: 'three', runId: '3' });
    expect([rememberedRun(home, '/a'), rememberedRun(home, '/many/7')?.run]).toEqual([undefined, 'three']);
    expect(() => rememberRun('/nonexistent/home', ['/a'], { run: 'x', runId: '1' })).not.toThrow();
  });
});
