import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Where systems keep what is for administrators; seldom on the PATH of a user. */
const USUAL = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin', '/usr/libexec', '/sbin'];

/** Where programs are looked for: PATH, then those. */
export const searchedFolders = (): string => `${process.env.PATH ?? ''}:${USUAL.join(':')}`;

/** The whole path of a program; undefined where this machine has none of that name. */
export function findProgram(name: string, searched = searchedFolders()): string | undefined {
  return searched
    .split(':')
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
