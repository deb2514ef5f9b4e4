import { open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeFolder } from './make-folder';
import { isAlive } from './processes';

/**
 * Holds a lock file while `work` runs, so that two processes neither build the same server twice nor start two stacks in one
 * home. A lock whose owner is gone is taken over.
 *
 * @param onWait called once when somebody else holds the lock.
 */
export async function exclusively<T>(
  lockFile: string,
  work: () => Promise<T>,
  onWait?: (pid: number) => void,
): Promise<T> {
  await makeFolder(path.dirname(lockFile));
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
