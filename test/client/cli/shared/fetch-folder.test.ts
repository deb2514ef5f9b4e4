import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { intoFolder, isFresh } from '../../../../client/cli/shared/fetch-folder';

const errno = (code: string): Error => Object.assign(new Error(`${code}: no`), { code });
const refused = async (code: string): Promise<never> => Promise.reject(errno(code));

it.each([
  ['ENOSPC', 'the disk is full'],
  ['ENOENT', 'no folder can be made there'],
  ['EACCES', 'permission denied'],
  ['ENOTDIR', 'a file stands where a folder is needed'],
  ['EBUSY', 'it is in use'],
])('says of the folder that was asked for what %s means', async (code, words) => {
  await expect(intoFolder('/results', () => refused(code))).rejects.toMatchObject({
    code: 'usage',
    message: `/results cannot be written: ${words}`,
    next: 'name another folder with --to',
  });
});

it('leaves to others what is no matter of the folder', async () => {
  await expect(intoFolder('x', () => refused('ECONNREFUSED'))).rejects.toThrow('ECONNREFUSED');
});

it('takes no empty name for the folder that it runs in', async () => {
  const fetch = jest.fn();
  await expect(intoFolder('', fetch)).rejects.toThrow('--to is empty');
  expect(fetch).not.toHaveBeenCalled();
});

it('knows a folder with nothing in it, and a file that is none', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'trainctl-fetch-'));
  try {
    expect([isFresh(root), isFresh(path.join(root, 'new'))]).toEqual([true, true]);
    writeFileSync(path.join(root, 'model'), '');
    expect(isFresh(root)).toBe(false);
    expect(() => isFresh(path.join(root, 'model'))).toThrow('is a file, not a folder');
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
