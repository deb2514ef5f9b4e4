import { randomBytes } from 'node:crypto';
import { rmdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../../contract/folders';
import { HomeError } from './errors';

/** What the file system's codes mean for a folder that is to be made or written to. */
const REASONS: Record<string, string> = {
  ENOTDIR: 'a file stands where a folder is needed',
  EACCES: 'permission denied',
  EPERM: 'the file system does not permit it',
  EROFS: 'the file system is read-only',
  ENOENT: 'folders cannot be made there',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
};

/**
 * Makes the home of an installation, readable by its owner alone, and sees that it can be written to.
 * @throws HomeError with the reason.
 */
export function makeHome(home: string): void {
  try {
    makeFolder(home, 0o700);
    // access(2) says yes to root wherever the mode is asked, also where nothing can be written.
    const probe = path.join(home, `.writable-${randomBytes(6).toString('hex')}`);
    writeFileSync(probe, '', { flag: 'wx' });
    rmSync(probe);
  } catch (error) {
    const { code = '', path: where = home } = error as NodeJS.ErrnoException;
    if (!code) throw error;
    // The probe's own name would tell nobody anything.
    const place = path.basename(where).startsWith('.writable-') ? home : where;
    throw new HomeError(home, `${place}: ${REASONS[code] ?? code}`, error);
  }
}

/** As {@link makeHome}, but leaves nothing behind: for those who only want to know. */
export function checkHome(home: string): void {
  let made: string[] = [];
  try {
    made = makeFolder(home, 0o700);
  } catch {
    // makeHome says it in words.
  }
  try {
    makeHome(home);
  } finally {
    for (const folder of made.reverse()) {
      try {
        rmdirSync(folder);
      } catch {
        // Somebody uses it by now.
      }
    }
  }
}
