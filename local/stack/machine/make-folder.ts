import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { StackError } from '../errors';

/**
 * Makes a folder and those above it, one by one: where a file system refuses with ENOENT (/proc), node's `recursive` asks
 * again without end (https://github.com/nodejs/node/issues/31481).
 * @throws StackError when it cannot be made.
 */
export async function makeFolder(folder: string): Promise<void> {
  const isFolder = async (): Promise<boolean> => (await stat(folder).catch(() => undefined))?.isDirectory() === true;
  if (await isFolder()) return;
  const parent = path.dirname(folder);
  if (parent !== folder) await makeFolder(parent);
  try {
    await mkdir(folder);
  } catch (error) {
    if (await isFolder()) return;
    throw new StackError(
      `${folder} cannot be made (${(error as NodeJS.ErrnoException).code}); TRAINCTL_CACHE names another folder for servers`,
    );
  }
}
