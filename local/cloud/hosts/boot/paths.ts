import path from 'node:path';
import type { BootCommand } from './user-data';

/** Where an absolute path of the host lies on this machine. Never outside the root, whatever `..` it holds. */
export const below = (root: string, hostPath: string): string => path.join(root, path.resolve('/', hostPath));

/**
 * Maps the files that cloud-config writes (and only those) in a command: the whole of an argument, or a word within a
 * string for the shell.
 */
export function mapCommand(command: BootCommand, root: string, written: readonly string[]): BootCommand {
  if (typeof command === 'string') return mapText(command, root, written);
  return command.map((argument) => mapText(argument, root, written));
}

function mapText(text: string, root: string, written: readonly string[]): string {
  // Longest first: /opt/a.sh must not be taken for /opt/a.
  const paths = [...written].sort((a, b) => b.length - a.length).map(escapeRegExp);
  if (paths.length === 0) return text;
  // A path that already follows a variable (such as "$TRAINCTL_HOST_ROOT"/etc/x) is left as it is.
  const pattern = new RegExp(`(?<![\\w./}-])(?<!(?:\\$\\w+|\\})["'])(${paths.join('|')})(?![\\w./-])`, 'g');
  return text.replace(pattern, (found) => below(root, found));
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
