import path from 'node:path';

/**
 * Whether a link can be kept: its target is relative and stays inside the folder. `..` may only stand at the start of the
 * target, where no other link can change what it means.
 */
export function linkStaysInside(file: string, target: string): boolean {
  if (target === '' || target.startsWith('/') || /^[A-Za-z]:[\\/]/.test(target)) return false;
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const firstName = parts.findIndex((part) => part !== '..');
  if (firstName !== -1 && parts.indexOf('..', firstName) !== -1) return false;
  const reached = path.posix.normalize(path.posix.join(path.posix.dirname(file), target));
  return reached !== '..' && !reached.startsWith('../') && !reached.split('/').includes('.git');
}
