import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { agentFile } from '../support/agent-file';
import { PYTHON } from './support/host';

const ROOT = path.resolve(__dirname, '../..');
const hash = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'trainctl-archive-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of what the archive is made of, in a folder of its own, under other circumstances. */
function builtElsewhere(name: string, umask: string, environment: Record<string, string>, touched: Date): string {
  const place = path.join(folder, name);
  mkdirSync(place);
  // What Python keeps there, other tests may be writing.
  for (const part of ['agent', 'python', 'scripts'])
    cpSync(path.join(ROOT, part), path.join(place, part), {
      recursive: true,
      filter: (file) => path.basename(file) !== '__pycache__',
    });
  for (const entry of readdirSync(path.join(place, 'agent'), { recursive: true })) {
    utimesSync(path.join(place, 'agent', String(entry)), touched, touched);
  }
  // What an interpreter, an editor and a system leave beside sources.
  const rooms = path.join(place, 'agent/trainctl_agent');
  mkdirSync(path.join(rooms, '__pycache__'), { recursive: true });
  for (const stray of [
    '__pycache__/errors.cpython-38.pyc',
    '.errors.py.swp',
    'errors.py~',
    '#errors.py#',
    '.DS_Store',
  ]) {
    writeFileSync(path.join(rooms, stray), name);
  }
  execFileSync('sh', ['-c', `umask ${umask}; exec "$0" scripts/agent.mjs`, process.execPath], {
    cwd: place,
    env: { ...process.env, ...environment },
  });
  return path.join(place, 'dist/agent/trainctl_agent.pyz');
}

test('the same sources make the same bytes, wherever and whenever', () => {
  const one = builtElsewhere('one', '022', { LC_ALL: 'C', TZ: 'UTC' }, new Date('1999-12-31T23:59:59Z'));
  const two = builtElsewhere('a much longer name', '077', { LC_ALL: 'tr_TR.UTF-8', TZ: 'Asia/Tokyo' }, new Date());
  expect(hash(one)).toBe(hash(agentFile()));
  expect(hash(two)).toBe(hash(agentFile()));
});

test('holds modules and nothing else, sorted, of one date and mode, as they are', () => {
  const read = `import json, sys, zipfile
print(json.dumps([[i.filename, i.date_time, i.external_attr >> 16, i.compress_type, i.create_system]
                  for i in zipfile.ZipFile(sys.argv[1]).infolist()]))
print(zipfile.ZipFile(sys.argv[1]).testzip())`;
  const [listing, damaged] = execFileSync(PYTHON, ['-c', read, agentFile()], { encoding: 'utf8' }).trim().split('\n');
  const entries = JSON.parse(listing ?? '') as [string, number[], number, number, number][];
  const names = entries.map(([name]) => name);
  const sources = readdirSync(path.join(ROOT, 'agent'), { recursive: true }).map(String);
  expect(names).toEqual([...sources.filter((name) => name.endsWith('.py')), 'python/trainctl_hooks.py'].sort());
  expect(names).toContain('__main__.py');
  for (const [, ...rest] of entries) expect(rest).toEqual([[1980, 1, 1, 0, 0, 0], 0o100644, 0, 3]);
  expect(damaged).toBe('None');
});

test('runs from any folder, and leaves nothing beside itself', () => {
  const file = path.join(folder, 'agent-0123456789abcdef.pyz');
  writeFileSync(file, readFileSync(agentFile()), { mode: 0o400 });
  const probe = spawnSync(PYTHON, ['-u', path.basename(file), 'probe'], {
    cwd: folder,
    input: '{}',
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', HOME: folder },
  });
  expect(JSON.parse(probe.stdout)).toMatchObject({ t: 'result', result: { cpus: expect.any(Number) } });
  expect(readdirSync(folder)).toEqual([path.basename(file)]);
});
