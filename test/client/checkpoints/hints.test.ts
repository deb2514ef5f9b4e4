import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { downloadCheckpoint, readManifest } from '../../../client';
import { manifestName, nodePrefix } from '../../../contract';
import { MemoryObjects } from '../support/memory-objects';

const MIB = 1 << 20;
const NODE = nodePrefix('', '0123456789abcdef', 1, 0);
const root = mkdtempSync(path.join(tmpdir(), 'trainctl-hints-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const part = (content: string) => ({
  sha256: createHash('sha256').update(content).digest('hex'),
  bytes: content.length,
});
const file = (name: string, content: string, more: object = {}) => ({
  path: name,
  size: content.length,
  mode: 0o644,
  parts: [part(content)],
  ...more,
});

test('a checkpoint is fetched as it was: second names, holes, modes and times of folders', async () => {
  const objects = new MemoryObjects();
  const map = `${'\0'.repeat(4 * MIB)}end`;
  for (const content of ['weights', map]) objects.set(`${NODE}checkpoints/parts/${part(content).sha256}`, content);
  const key = NODE + manifestName(5);
  const files = [
    file('a/w', 'weights'),
    file('b', 'weights', { sameAs: 'a/w' }),
    file('map', map, { holes: [[0, 4 * MIB]] }),
  ];
  const folders = [
    { path: '', mode: 0o750, mtimeNs: 1_600_000_000e9 },
    { path: 'a', mode: 0o2700, mtimeNs: 1_500_000_000e9 },
  ];
  objects.set(key, JSON.stringify({ format: 1, step: 5, dirs: ['a'], files, folders }));
  const target = path.join(root, 'one');
  await downloadCheckpoint(objects, key, target);
  const at = (name: string) => lstatSync(path.join(target, name));
  expect(at('b').ino).toBe(at('a/w').ino);
  expect([at('a').mode & 0o7777, at('a').mtimeMs]).toEqual([0o2700, 1_500_000_000_000]);
  expect([at('').mode & 0o7777, at('').mtimeMs]).toEqual([0o750, 1_600_000_000_000]);
  expect(readFileSync(path.join(target, 'map'), 'latin1')).toBe(map);
  // The last piece that arrives has the end in it, and is written whole.
  expect(statSync(path.join(target, 'map')).size).toBe(map.length);
});

test('hints that are none are passed over', () => {
  const content = file('a', 'x');
  const value = {
    format: 1,
    dirs: ['d'],
    files: [
      { ...content, holes: 7, sameAs: 'a' },
      { ...file('b', 'y'), sameAs: 'a' },
      { path: 'l', link: 'a', sameAs: 'a' },
    ],
    folders: [
      7,
      null,
      { path: '../x', mode: 1, mtimeNs: 1 },
      { path: 'd', mode: 'x', mtimeNs: 1 },
      { path: 'd', mode: -1, mtimeNs: 1 },
    ],
  };
  expect(readManifest(value, 'k').hints).toEqual({ sparse: new Set(), sameAs: new Map(), folders: [] });
  expect(readManifest({ ...value, folders: {} }, 'k').hints.folders).toEqual([]);
});

test('what a host has hung onto a part, however deep, is looked at by nobody', () => {
  const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown;
  const one = file('w', 'weights', { parts: [{ ...part('weights'), deep }] });
  const { hints } = readManifest({ format: 1, files: [one, { ...one, path: 'again', sameAs: 'w' }] }, 'k');
  expect([...hints.sameAs]).toEqual([['again', 'w']]);
});
