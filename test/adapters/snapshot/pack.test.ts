import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, utimesSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { packSelection, selectFiles } from '../../../adapters/snapshot';
import { folder, removeFolders } from './folder';
import { closePacked, idOf, packed } from './packed';

afterEach(async () => {
  await closePacked();
  removeFolders();
});

async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** What lies in a folder: kind, mode and content by path. */
function contents(dir: string, below = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(path.join(dir, below))) {
    const inner = path.posix.join(below, name);
    const full = path.join(dir, inner);
    const stats = lstatSync(full);
    if (stats.isDirectory()) Object.assign(found, contents(dir, inner));
    else if (stats.isSymbolicLink()) found[inner] = `link ${readlinkSync(full)}`;
    else
      found[inner] =
        `${(stats.mode & 0o777).toString(8)} ${createHash('sha256').update(readFileSync(full)).digest('hex')}`;
  }
  return found;
}

describe('a snapshot', () => {
  test('is unpacked by tar as it was: content, modes, links', async () => {
    const long = `${'deep/'.repeat(40)}${'n'.repeat(120)}`;
    const made = folder({
      'a.py': 'print(1)\n',
      'run.sh': { run: '#!/bin/sh\n' },
      empty: '',
      'link to a': { link: 'a.py' },
      ['x'.repeat(150)]: Buffer.alloc(70_000, 7),
      [long]: 'deep',
      '-rf': 'dash',
      'new\nline': 'x',
      'üñí/\u{1F40D}': 'snake',
      'far link': { link: long },
    });
    const { tarGz } = await packed(made.dir);
    const target = folder();
    execFileSync('tar', ['-xzf', '-', '-C', target.dir], { input: await bytesOf(tarGz()) });
    expect(contents(target.dir)).toEqual(contents(made.dir));
  });

  test('is named by the sha256 of the tar before compression', async () => {
    const { sha256, tarGz } = await packed(folder({ a: 'x', b: Buffer.alloc(1_000_000, 1) }).dir);
    const tar = gunzipSync(await bytesOf(tarGz()));
    expect(sha256).toBe(createHash('sha256').update(tar).digest('hex'));
  });

  test('has the same id wherever, whenever and by whomever equal files were written', async () => {
    const tree = { 'b.py': 'x', 'a.py': 'y', 'sub/run': { run: 'z' }, link: { link: 'a.py' } };
    const one = folder(tree);
    const two = folder(Object.fromEntries(Object.entries(tree).reverse()));
    utimesSync(path.join(two.dir, 'a.py'), 1, 1);
    expect(await idOf(one.dir)).toBe(await idOf(two.dir));
  });

  test.each([
    ['content', { a: 'y', link: { link: 'a' } }],
    ['name', { b: 'x', link: { link: 'a' } }],
    ['mode', { a: { run: 'x' }, link: { link: 'a' } }],
    ['link target', { a: 'x', link: { link: 'b' } }],
  ])('has another id for another %s', async (_what, tree) => {
    const base = await idOf(folder({ a: 'x', link: { link: 'a' } }).dir);
    expect(await idOf(folder(tree).dir)).not.toBe(base);
  });

  test('holds nothing of the machine: no times, owners or names of users', async () => {
    const { dir } = folder({ a: 'x', b: { run: 'y' } });
    const tar = gunzipSync(await bytesOf((await packed(dir)).tarGz()));
    const listing = execFileSync('tar', ['--utc', '--numeric-owner', '-tvf', '-'], { input: tar }).toString();
    expect(listing.split('\n').filter(Boolean)).toEqual([
      expect.stringMatching(/^-rw-r--r-- 0\/0\s+1 1970-01-01 00:00 a$/),
      expect.stringMatching(/^-rwxr-xr-x 0\/0\s+1 1970-01-01 00:00 b$/),
    ]);
    expect(tar.includes(process.env.USER || 'root')).toBe(false);
  });

  test('of nothing is an empty tar', async () => {
    const { tarGz } = await packed(folder().dir);
    expect(gunzipSync(await bytesOf(tarGz()))).toEqual(Buffer.alloc(1024));
  });
});

test('a reader that leaves early leaves nothing open', async () => {
  const { dir } = folder({ big: Buffer.alloc(30_000_000, 1), more: 'x' });
  const stream = (await packed(dir)).tarGz();
  stream.once('data', () => stream.destroy());
  await new Promise((resolve) => stream.once('close', resolve));
  const open = (): string[] =>
    readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/self/fd/${fd}`)];
      } catch {
        return [];
      }
    });
  if (process.platform !== 'linux') return;
  for (let i = 0; i < 200 && open().some((file) => file.startsWith(dir)); i++) await new Promise(setImmediate);
  expect(open().filter((file) => file.startsWith(dir))).toEqual([]);
});

test('any tree comes back through tar', async () => {
  const segment = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
    .map((text) => text.replace(/[/\0]/g, '_'))
    // A lone surrogate is no UTF-8; `.git` and the default skips never go.
    .filter(
      (text) =>
        Buffer.from(text).toString() === text &&
        !/^(\.{1,2}|\.git.*|\.env|\.venv|wandb|__pycache__|node_modules)$/i.test(text),
    )
    .filter((text) => Buffer.byteLength(text) < 250);
  const file = fc.record({
    path: fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/')),
    content: fc.uint8Array({ maxLength: 2000 }),
    run: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(file, { maxLength: 8, selector: (entry) => entry.path }), async (files) => {
      const usable = files.filter((one) => !files.some((other) => other.path.startsWith(`${one.path}/`)));
      const made = folder(
        Object.fromEntries(usable.map((one) => [one.path, one.run ? { run: 'x' } : Buffer.from(one.content)])),
      );
      const target = folder();
      const { tarGz, close } = await packSelection(await selectFiles(made.dir));
      execFileSync('tar', ['-xzf', '-', '-C', target.dir], { input: await bytesOf(tarGz()) });
      expect(contents(target.dir)).toEqual(contents(made.dir));
      await close();
      removeFolders();
    }),
    { numRuns: 60 },
  );
}, 60_000);
