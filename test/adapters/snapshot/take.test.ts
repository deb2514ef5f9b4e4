import { execFileSync } from 'node:child_process';
import { lutimesSync, mkdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { selectFiles } from '../../../adapters/snapshot';
import { Collector } from '../../../adapters/snapshot/collect';
import { Measure } from '../../../adapters/snapshot/measure';
import { Results } from '../../../adapters/snapshot/results';
import { Rules } from '../../../adapters/snapshot/rules';
import { walk } from '../../../adapters/snapshot/walk';
import { folder, removeFolders } from './folder';
import { closePacked, idOf, packed } from './packed';

afterEach(async () => {
  await closePacked();
  removeFolders();
});

const namesIn = (gz: Buffer): Record<string, string> =>
  Object.fromEntries(
    gunzipSync(gz)
      .toString()
      .split('\0')
      .slice(0, -1)
      .map((entry) => [entry.slice(entry.indexOf(' ') + 1), entry.slice(0, entry.indexOf(' '))]),
  );

describe('times', () => {
  test('of files, links and folders are kept to the nanosecond, also before 1980, and are no part of the id', async () => {
    const { dir } = folder({ 'deep/er/a': 'x', 'new\nline': 'x', old: 'x', link: { link: 'old' } });
    mkdirSync(path.join(dir, 'empty'));
    const before = await idOf(dir);
    execFileSync('touch', ['-d', '2020-01-02T03:04:05.123456789Z', path.join(dir, 'new\nline')]);
    utimesSync(path.join(dir, 'old'), 1, 1);
    lutimesSync(path.join(dir, 'link'), 1_000_000_001, 1_000_000_001);
    for (const [i, name] of ['empty', 'deep/er', 'deep'].entries()) utimesSync(path.join(dir, name), i + 2, i + 2);
    const { sha256, times } = await packed(dir);
    expect(sha256).toBe(before);
    expect(namesIn(times.gz)).toEqual({
      'deep/er/a': String(statSync(path.join(dir, 'deep/er/a'), { bigint: true }).mtimeNs),
      'new\nline': '1577934245123456789',
      old: '1000000000',
      link: '1000000001000000000',
      empty: '2000000000',
      'deep/er': '3000000000',
      deep: '4000000000',
    });
  });

  test('can be one for all', async () => {
    const { times } = await packed(folder({ 'a/b': 'x' }).dir, { time: 5n });
    expect(namesIn(times.gz)).toEqual({ a: '5', 'a/b': '5' });
  });
});

describe('empty folders', () => {
  test('go along outside git, also those of which rules leave nothing', async () => {
    const { dir } = folder({ '.gitignore': '*.log\n/ignored/\n', 'logs/a.log': 'x', 'a.py': 'x', '.venv/x': 'x' });
    for (const name of ['out/plots', 'ignored', 'full/inner']) mkdirSync(path.join(dir, name), { recursive: true });
    const selection = await selectFiles(dir);
    expect(selection.folders).toEqual(['full/inner', 'logs', 'out/plots']);
    const { tarGz } = await packed(dir);
    const chunks: Buffer[] = [];
    for await (const chunk of tarGz()) chunks.push(chunk as Buffer);
    const target = folder();
    execFileSync('tar', ['-xzf', '-', '-C', target.dir], { input: Buffer.concat(chunks) });
    expect(statSync(path.join(target.dir, 'out/plots')).mode & 0o777).toBe(0o755);
  });

  test('do not change the id of code that has none', async () => {
    const one = folder({ 'a/b': 'x' });
    const other = folder({ 'a/b': 'x' });
    mkdirSync(path.join(other.dir, 'a/empty'));
    expect(await idOf(one.dir)).not.toBe(await idOf(other.dir));
    rmSync(path.join(other.dir, 'a/empty'), { recursive: true });
    expect(await idOf(one.dir)).toBe(await idOf(other.dir));
  });

  test('that vanish while the folder is listed are not missed', async () => {
    const { dir } = folder();
    const collector = new Collector(dir, true);
    const measure = new Measure(dir);
    await walk(collector, measure, new Results(collector, measure, []), 'gone', Rules.folder());
    expect(collector.done('folder').folders).toEqual([]);
  });
});
