import { open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeFolder } from '../../../contract/folders';
import { StackError } from '../errors';
import { isAlive } from './processes';

/**
 * Holds a lock file while `work` runs, so that two processes neither build the same server twice nor start two stacks in one
 * home. A lock whose owner is gone is taken over.
 *
 * @param onWait called once when somebody else holds the lock.
 * @throws StackError when its folder cannot be made.
 */
export async function exclusively<T>(
  lockFile: string,
  work: () => Promise<T>,
  onWait?: (pid: number) => void,
): Promise<T> {
  makeFolderOf(lockFile);
  let said = false;
  for (;;) {
    try {
      const handle = await open(lockFile, 'wx', 0o600);
      await handle.writeFile(String(process.pid));
      await handle.close();
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = Number(await readFile(lockFile, 'utf8').catch(() => ''));
    if (owner > 0 && !isAlive(owner)) {
      await rm(lockFile, { force: true });
      continue;
    }
    if (!said && owner > 0) {
      said = true;
      onWait?.(owner);
    }
    await delay(200);
  }
  try {
    return await work();
  } finally {
    await rm(lockFile, { force: true });
  }
}

function makeFolderOf(file: string): void {
  const folder = path.dirname(file);
  try {
    makeFolder(folder);
  } catch (error) {
    throw new StackError(
      `${folder} cannot be made (${(error as NodeJS.ErrnoException).code}); TRAINCTL_CACHE names another folder for servers`,
    );
  }
}
