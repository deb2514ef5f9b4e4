import { lstatSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { TrainctlError } from './errors';

/** A path from a key or a manifest, in its parts. What would leave its folder, or hide in it, is refused. */
export function safeParts(relative: string): string[] {
  const parts = relative.split('/');
  const bad = (part: string): boolean => part === '' || part === '.' || part === '..' || part.includes('\0');
  if (relative === '' || parts.some(bad) || (path.sep !== '/' && relative.includes(path.sep))) {
    throw new TrainctlError('damaged', `hostile: ${JSON.stringify(relative)} is not a path below its folder`);
  }
  return parts;
}

/**
 * The absolute path of an entry below `root`, with its parent folders made. No parent may be a symbolic link: an archive
 * that brings a link and then a file behind it must not write elsewhere.
 */
export function makeParents(root: string, relative: string): string {
  const parts = safeParts(relative);
  let folder = root;
  for (const part of parts.slice(0, -1)) {
    folder = path.join(folder, part);
    if (!lstatSync(folder, { throwIfNoEntry: false })) mkdirSync(folder, { recursive: true });
    if (!lstatSync(folder).isDirectory()) {
      throw new TrainctlError(
        'damaged',
        `hostile: ${JSON.stringify(relative)} leads through something that is no folder`,
      );
    }
  }
  return path.join(root, ...parts);
}

/** Whether a link's target, read from where the link lies, stays below the root. */
export function linkStays(relative: string, target: string): boolean {
  if (target === '' || target.includes('\0') || path.posix.isAbsolute(target)) return false;
  const end = path.posix.normalize(path.posix.join(path.posix.dirname(relative), target));
  return end !== '..' && !end.startsWith('../');
}
