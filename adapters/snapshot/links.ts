import path from 'node:path';

/**
 * The target of a link as it can be kept: relative, and inside the folder (`roots`: the folder by its real path and by the
 * one that was typed). What leads into the folder by another way, such as an absolute path, is written anew; undefined when
 * it leads out. `..` may only stand at the start of the target, where no other link can change what it means.
 */
export function linkInside(file: string, target: string, roots: readonly string[]): string | undefined {
  if (target === '' || /^[A-Za-z]:[\\/]/.test(target)) return undefined;
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const firstName = parts.findIndex((part) => part !== '..');
  if (firstName !== -1 && parts.indexOf('..', firstName) !== -1) return undefined;
  const here = path.posix.dirname(file);
  for (const root of roots) {
    const reached = path.posix.relative(root, path.posix.resolve(root, here, target));
    if (reached === '..' || reached.startsWith('../')) continue;
    if (reached.split('/').some((part) => part.toLowerCase() === '.git')) return undefined;
    return staysBelow(here, target) ? target : path.posix.relative(here, reached) || '.';
  }
  return undefined;
}

/** Whether the path to the target never leaves the folder, even to come back. */
function staysBelow(here: string, target: string): boolean {
  if (target.startsWith('/')) return false;
  const end = path.posix.join(here, target);
  return end !== '..' && !end.startsWith('../');
}
