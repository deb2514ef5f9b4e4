import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OutputFolder, TrainctlError } from '../../client';
import { MemoryObjects } from './support/memory-objects';

let root: string;
let objects: MemoryObjects;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'trainctl-outputs-'));
  objects = new MemoryObjects().set('k', 'abc');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** What becomes of each: its content, or why it could not be had. */
async function fetchAll(paths: string[], mode?: number): Promise<string[]> {
  const folder = await OutputFolder.open(objects, root);
  const said: string[] = [];
  for (const name of paths) {
    await folder
      .get({ key: 'k', path: name, bytes: 3, ...(mode === undefined ? {} : { mode }) })
      .then((full) => said.push(readFileSync(full, 'utf8')))
      .catch((error: unknown) => {
        if (!(error instanceof TrainctlError)) throw error;
        said.push(error.message);
      });
  }
  await folder.close();
  return said;
}

it('goes on after a name that the disk refuses, and takes the longest that it has', async () => {
  const long = 'n'.repeat(250);
  expect(await fetchAll(['a', 'n'.repeat(300), long, 'z'])).toEqual([
    'abc',
    expect.stringContaining('no name of that length (ENAMETOOLONG)'),
    'abc',
    'abc',
  ]);
  expect(readdirSync(root).sort()).toEqual(['a', long, 'z']);
});

it('keeps modes, and takes every name for what it is', async () => {
  expect(await fetchAll(['run.sh', '.run.sh.part', '.x.part'], 0o755)).toEqual(['abc', 'abc', 'abc']);
  expect(readdirSync(root).sort()).toEqual(['.run.sh.part', '.x.part', 'run.sh']);
  expect(statSync(path.join(root, 'run.sh')).mode & 0o777).toBe(0o755);
  await fetchAll(['plain'], 0o6004);
  expect(statSync(path.join(root, 'plain')).mode & 0o7777).toBe(0o604);
});

it('names files that stand where a folder should be, and folders where a file should', async () => {
  expect(await fetchAll(['a', 'a/b', 'c/d', 'c', 'e'])).toEqual([
    'abc',
    expect.stringMatching(/leads through something that is no folder/),
    'abc',
    expect.stringMatching(/a folder of that name is there/),
    'abc',
  ]);
});

it('refuses what would leave the folder, and goes on', async () => {
  const said = await fetchAll(['../x', '/etc/x', 'a//b', 'ok']);
  expect(said.slice(0, 3).every((text) => text.startsWith('hostile'))).toBe(true);
  expect(readdirSync(root)).toEqual(['ok']);
});

it('replaces nothing by a name that differs in case alone, where the disk takes both for one', async () => {
  const folder = await OutputFolder.open(objects, root);
  await folder.get({ key: 'k', path: 'Model.bin', bytes: 3 });
  // As a disk that does not tell them apart would have it.
  writeFileSync(path.join(root, 'model.BIN'), 'abc');
  await expect(folder.get({ key: 'k', path: 'model.BIN', bytes: 3 })).rejects.toThrow('for that of Model.bin');
  await folder.close();
});

it('leaves an object that came short, or went, without a name', async () => {
  const folder = await OutputFolder.open(objects, root);
  await expect(folder.get({ key: 'k', path: 'short', bytes: 4 })).rejects.toThrow('came as 3 bytes');
  await expect(folder.get({ key: 'none', path: 'none', bytes: 4 })).rejects.toThrow('gone since it was listed');
  await folder.close();
  expect(readdirSync(root)).toEqual([]);
});

it('takes nothing for the run’s that was written there since', async () => {
  const folder = await OutputFolder.open(objects, root);
  const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  await folder.get({ key: 'k', path: 'same', bytes: 3, sha256 });
  const other = folder.get({ key: 'k', path: 'other', bytes: 3, sha256: '0'.repeat(64) });
  await expect(other).rejects.toThrow('something else was written to its place since');
  await folder.close();
  expect(readdirSync(root)).toEqual(['same']);
});
