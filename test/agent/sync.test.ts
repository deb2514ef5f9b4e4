import { randomBytes } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { Host } from './support/host';
import { type Entry, snapshot, times } from './support/tar';

let host: Host;
beforeEach(async () => {
  host = await new Host().open();
});
afterEach(() => host.close());

const sync = async (entries: Entry[]) =>
  host.ok('sync', { dir: host.dir, archive: await snapshot(host.store, entries) });

describe('sync', () => {
  it('unpacks files, modes, links and odd names; drops setuid', async () => {
    const name = 'ümlaut \u4e2d "quoted"\n\'new line';
    const result = await sync([
      { name: 'src/', type: 'directory', mode: 0o755 },
      { name: 'src/run.sh', mode: 0o4755, content: '#!/bin/sh\n' },
      { name, content: 'odd' },
      { name: 'src/link', type: 'symlink', linkname: '../train.py' },
      { name: 'dangling', type: 'symlink', linkname: 'src/absent' },
      { name: 'train.py', mode: 0o640, content: 'print(1)\n' },
      { name: 'hard.py', type: 'link', linkname: 'train.py' },
      { name: 'deep/without/parents.txt', content: 'x' },
    ]);
    expect(result).toEqual({ files: 7, bytes: 10 + 3 + 9 + 1 });
    expect(statSync(host.path('code/src/run.sh')).mode & 0o7777).toBe(0o755);
    expect(statSync(host.path('code/train.py')).mode & 0o7777).toBe(0o640);
    expect(readlinkSync(host.path('code/src/link'))).toBe('../train.py');
    expect(readFileSync(host.path('code', name), 'utf8')).toBe('odd');
    expect(readFileSync(host.path('code/hard.py'), 'utf8')).toBe('print(1)\n');
    expect(readdirSync(host.path('tmp'))).toEqual([]);
  });

  it('goes on where a cut connection stopped, and a second call downloads nothing', async () => {
    const content = randomBytes(3 << 20);
    const archive = await snapshot(host.store, [{ name: 'big', content }]);
    host.store.faults.push({ method: 'GET', key: /code/, times: 1, cutAfter: 1_000_000 });
    host.store.faults.push({ method: 'GET', key: /code/, times: 1, status: 503, code: 'SlowDown' });
    expect(await host.ok('sync', { dir: host.dir, archive })).toEqual({ files: 1, bytes: 3 << 20 });
    expect(readFileSync(host.path('code/big')).equals(content)).toBe(true);
    expect(host.store.requests.some((one) => one.range === 'bytes=1000000-')).toBe(true);
    const requests = host.store.requests.length;
    expect(await host.ok('sync', { dir: host.dir, archive })).toEqual({ files: 1, bytes: 3 << 20 });
    expect(host.store.requests).toHaveLength(requests);
  });

  it('keeps inputs and a restored checkpoint that came before the code', async () => {
    host.write('data/input.csv', 'from S3');
    host.write('checkpoints/step', '40');
    mkdirSync(host.path('state'), { recursive: true });
    writeFileSync(host.path('state/restore.json'), JSON.stringify({ target: 'checkpoints', result: {} }));
    await sync([
      { name: 'data/input.csv', content: 'from the code' },
      { name: 'data/more.csv', content: 'more' },
      { name: 'checkpoints/stale', content: 'x' },
    ]);
    expect(readFileSync(host.path('code/data/input.csv'), 'utf8')).toBe('from S3');
    expect(readFileSync(host.path('code/data/more.csv'), 'utf8')).toBe('more');
    expect(readdirSync(host.path('code/checkpoints'))).toEqual(['step']);
  });

  it('dates what it unpacks as the list beside the snapshot says: files, links, folders', async () => {
    host.write('data/input.csv', 'from S3');
    const inputTime = statSync(host.path('code/data/input.csv'), { bigint: true }).mtimeNs;
    const archive = await snapshot(host.store, [
      { name: 'data/more.csv', content: 'x', mtime: new Date(0) },
      { name: 'data/input.csv', content: 'x', mtime: new Date(0) },
      { name: 'src/old', content: 'x', mtime: new Date(0) },
      { name: 'src/new\nline', content: 'x', mtime: new Date(0) },
      { name: 'link', type: 'symlink', linkname: 'src/old', mtime: new Date(0) },
      { name: 'empty/', type: 'directory', mtime: new Date(0) },
    ]);
    const wanted = {
      'data/more.csv': 1_577_934_245_123_456_789n,
      'data/input.csv': 1_000_000_000_000_000_000n,
      data: 1_000_000_001_000_000_000n,
      'src/old': 1_000_000_000n,
      'src/new\nline': 1_000_000_002_000_000_001n,
      src: 1_000_000_003_000_000_000n,
      link: 1_000_000_004_000_000_000n,
      empty: 1_000_000_005_000_000_000n,
      absent: 1n,
    };
    await host.ok('sync', { dir: host.dir, archive: { ...archive, times: times(host.store, wanted) } });
    const found = (name: string): bigint => lstatSync(host.path('code', name), { bigint: true }).mtimeNs;
    for (const [name, ns] of Object.entries(wanted)) {
      if (name !== 'absent') expect([name, found(name)]).toEqual([name, name === 'data/input.csv' ? inputTime : ns]);
    }
    expect(readdirSync(host.path('tmp'))).toEqual([]);
  });

  it('dates what has no time as one moment, now: zip knows nothing before 1980', async () => {
    const before = Date.now() - 2000;
    await sync(['b', 'a', 'c'].map((name) => ({ name, content: 'x', mtime: new Date(0) })));
    const found = ['a', 'b', 'c'].map((name) => statSync(host.path('code', name)).mtimeMs);
    expect(new Set(found).size).toBe(1);
    expect(found[0]).toBeGreaterThan(before);
  });

  it('refuses times that are others than announced, or lead elsewhere', async () => {
    const archive = await snapshot(host.store, [{ name: 'a', content: 'x' }]);
    const other = { ...times(host.store, { a: 1n }), sha256: 'f'.repeat(64) };
    expect((await host.fails('sync', { dir: host.dir, archive: { ...archive, times: other } })).code).toBe('corrupt');
    const hostile = times(host.store, { '../../state': 1n });
    expect((await host.fails('sync', { dir: host.dir, archive: { ...archive, times: hostile } })).code).toBe('hostile');
  });

  it('makes an empty folder where there is no code', async () => {
    expect(await host.ok('sync', { dir: host.dir, archive: null })).toEqual({ files: 0, bytes: 0 });
  });

  const hostile: [string, Entry[]][] = [
    ['a path upwards', [{ name: '../escaped', content: 'x' }]],
    ['a path upwards in the middle', [{ name: 'a/../../escaped', content: 'x' }]],
    ['an absolute path', [{ name: '/tmp/trainctl-escaped', content: 'x' }]],
    ['a link upwards', [{ name: 'a/link', type: 'symlink', linkname: '../../x' }]],
    ['an absolute link', [{ name: 'link', type: 'symlink', linkname: '/etc/passwd' }]],
    [
      'a file through a link',
      [
        { name: 'inner/', type: 'directory' },
        { name: 'link', type: 'symlink', linkname: 'inner' },
        { name: 'link/file', content: 'x' },
      ],
    ],
    [
      'a link that leads out through another link',
      [
        { name: 'a/b/up', type: 'symlink', linkname: '../..' },
        { name: 'x/y/z', type: 'symlink', linkname: '../../a/b/up/..' },
        { name: 'w', type: 'symlink', linkname: 'a/b/up/../q' },
      ],
    ],
    ['a hard link outwards', [{ name: 'link', type: 'link', linkname: '../../../../../etc/passwd' }]],
    ['a hard link to nothing', [{ name: 'link', type: 'link', linkname: 'absent' }]],
    ['a device', [{ name: 'null', type: 'character-device', devmajor: 1, devminor: 3 }]],
    ['a pipe', [{ name: 'pipe', type: 'fifo' }]],
    [
      'a file in place of a folder',
      [
        { name: 'a/b', content: 'x' },
        { name: 'a', content: 'y' },
      ],
    ],
  ];
  it.each(hostile)('refuses %s', async (_name, entries) => {
    const archive = await snapshot(host.store, entries);
    const before = readdirSync(host.home);
    expect((await host.fails('sync', { dir: host.dir, archive })).code).toBe('hostile');
    expect(readdirSync(host.home)).toEqual(before);
    expect(readdirSync(host.path('code'))).toEqual([]);
    expect(readdirSync(host.path('tmp'))).toEqual([]);
    expect(existsSync(path.join('/tmp', 'trainctl-escaped'))).toBe(false);
  });

  it('refuses other content than was announced, and a broken file', async () => {
    const archive = await snapshot(host.store, [{ name: 'a', content: 'x' }]);
    const other = { ...archive, sha256: 'f'.repeat(64) };
    expect((await host.fails('sync', { dir: host.dir, archive: other })).code).toBe('corrupt');
    writeFileSync(host.store.file(`code/${archive.sha256}.tar.gz`), 'not gzip');
    expect((await host.fails('sync', { dir: host.dir, archive })).code).toBe('corrupt');
    const whole = await snapshot(host.store, [{ name: 'b', content: randomBytes(100_000) }]);
    const file = host.store.file(`code/${whole.sha256}.tar.gz`);
    writeFileSync(file, readFileSync(file).subarray(0, 50_000));
    expect((await host.fails('sync', { dir: host.dir, archive: whole })).code).toBe('corrupt');
    expect(
      (await host.fails('sync', { dir: host.dir, archive: { ...archive, url: host.store.download('absent') } })).code,
    ).toBe('refused');
    expect(lstatSync(host.path('code')).isDirectory()).toBe(true);
  });
});
