import { existsSync, readlinkSync, statSync } from 'node:fs';
import path from 'node:path';

/** How a process sees the files of its machine. */
export interface View {
  /** Its root as we see it, `/proc/PID/root`: a container has a file system of its own. */
  root: string;
  /** The link that names its working folder, `/proc/PID/cwd`. */
  cwd: string;
}

/**
 * Whether the home of a process is gone. What cannot be looked at is there. A server sees the files that its stack was started with, and
 * works in its home: another folder may have come in its place. What runs on a host may have shut itself into a sandbox (bwrap, chroot)
 * that has no home in it, so that its view alone says nothing: there the home has to be missing by our view, too.
 */
export function isLost({ root, cwd }: View, home: string, onHost: boolean): boolean {
  if (onHost) return isMissing(path.join(root, home)) && isMissing(home);
  if (isMissing(path.join(root, home))) return true;
  try {
    const at = readlinkSync(cwd);
    return at.endsWith(' (deleted)') && !existsSync(path.join(root, at));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function isMissing(file: string): boolean {
  try {
    statSync(file);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
