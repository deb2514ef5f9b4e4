import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { downloadCheckpoint, readManifest } from '../../../client';
import { FETCHED_MARK, manifestName, nodePrefix } from '../../../contract';
import { MemoryObjects } from '../support/memory-objects';

const RUN = '0123456789abcdef';
const sha = (body: string): string => createHash('sha256').update(body).digest('hex');
const node = (attempt: number): string => nodePrefix('', RUN, attempt, 0);

function putCheckpoint(
  objects: MemoryObjects,
  attempt: number,
  step: number,
  files: unknown[],
  dirs: string[] = [],
): string {
  const key = `${node(attempt)}${manifestName(step)}`;
  objects.set(key, JSON.stringify({ format: 1, step, dirs, files }));
  return key;
}

function file(objects: MemoryObjects, name: string, ...parts: string[]): unknown {
  for (const part of parts) objects.set(`${node(1)}checkpoints/parts/${sha(part)}`, part);
  const listed = parts.map((part) => ({ sha256: sha(part), bytes: part.length }));
  return { path: name, size: parts.join('').length, mode: 0o640, mtime: 1_700_000_000, parts: listed };
}

describe('checkpoints', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'trainctl-checkpoints-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('downloads files of several parts, empty files, folders, links and modes', async () => {
    const objects = new MemoryObjects();
    const files = [
      file(objects, 'deep/model.bin', 'first part|', 'second'),
      { path: 'empty', size: 0, mode: 0o600, parts: [] },
      { path: 'latest', link: 'deep/model.bin' },
    ];
    const key = putCheckpoint(objects, 1, 5, files, ['deep', 'hollow']);
    const target = path.join(root, 'ckpt');
    expect(await downloadCheckpoint(objects, key, target)).toEqual({ files: 3, bytes: 17 });
    expect(readFileSync(path.join(target, 'latest'), 'utf8')).toBe('first part|second');
    expect(readlinkSync(path.join(target, 'latest'))).toBe('deep/model.bin');
    expect(lstatSync(path.join(target, 'deep/model.bin')).mode & 0o777).toBe(0o640);
    expect(lstatSync(path.join(target, 'deep/model.bin')).mtimeMs).toBe(1_700_000_000_000);
    expect(readdirSync(target).sort()).toEqual([FETCHED_MARK, 'deep', 'empty', 'hollow', 'latest']);
  });

  it.each([
    ['another content', 'FIRST PART|'],
    ['too little', 'first'],
    ['too much', 'first part|and more'],
  ])('leaves nothing behind when a part has %s', async (_, body) => {
    const objects = new MemoryObjects();
    const key = putCheckpoint(objects, 1, 5, [file(objects, 'a', 'first part|')]);
    objects.set(`${node(1)}checkpoints/parts/${sha('first part|')}`, body);
    await expect(downloadCheckpoint(objects, key, path.join(root, 'ckpt'))).rejects.toMatchObject({ code: 'damaged' });
    expect(readdirSync(root)).toEqual([]);
  });

  it('leaves a folder alone that is there already', async () => {
    const objects = new MemoryObjects();
    const key = putCheckpoint(objects, 1, 5, [file(objects, 'a', 'x')]);
    const target = path.join(root, 'ckpt');
    await downloadCheckpoint(objects, key, target);
    writeFileSync(path.join(target, 'mine'), '');
    await expect(downloadCheckpoint(objects, key, target)).rejects.toMatchObject({ code: 'usage' });
    expect(readdirSync(root)).toEqual(['ckpt']);
    expect(existsSync(path.join(target, 'mine'))).toBe(true);
  });

  it.each([
    [{ path: '../escape', size: 0, mode: 0, parts: [] }],
    [{ path: '/etc/passwd', size: 0, mode: 0, parts: [] }],
    [{ path: 'a//b', size: 0, mode: 0, parts: [] }],
    [{ path: 'a/./b', size: 0, mode: 0, parts: [] }],
    [{ path: '', size: 0, mode: 0, parts: [] }],
    [{ path: 'a\0b', size: 0, mode: 0, parts: [] }],
    [{ path: 'l', link: '../../etc' }],
    [{ path: 'l', link: '/etc' }],
    [{ path: 'f', size: 5, mode: 0, parts: [] }],
    [{ path: 'f', size: 1, mode: 0, parts: [{ sha256: '../../x', bytes: 1 }] }],
    [{ path: 'f', size: 0, mode: 0, parts: [{ sha256: 'a'.repeat(64), bytes: -0 }] }],
  ])('refuses the manifest entry %j', (entry) => {
    expect(() => readManifest({ format: 1, files: [entry] }, 'k')).toThrow();
  });

  it('refuses a name that is there twice, and another format', () => {
    const one = { path: 'a', size: 0, mode: 0, parts: [] };
    expect(() => readManifest({ format: 1, files: [one, one] }, 'k')).toThrow('twice');
    expect(() => readManifest({ format: 2, files: [] }, 'k')).toThrow('format');
  });

  it('does not write through a link that the same checkpoint brings', async () => {
    const objects = new MemoryObjects();
    const outside = path.join(root, 'outside');
    const key = putCheckpoint(objects, 1, 5, [
      { path: 'd', link: 'real' },
      file(objects, 'd/file', 'x'),
      { path: 'real', size: 0, mode: 0o600, parts: [] },
    ]);
    await expect(downloadCheckpoint(objects, key, path.join(root, 'ckpt'))).rejects.toThrow();
    expect(existsSync(outside)).toBe(false);
  });
});
