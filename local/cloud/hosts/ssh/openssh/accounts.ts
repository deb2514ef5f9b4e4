import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LOGIN_USER } from '../../environment';
import type { Cover } from '../../init-process';
import { LOGIN_ID } from './program';

/**
 * The accounts of a host, as files that cover the machine's own in the host's mount namespace: sshd asks the system who logs
 * in, where the home is, and whether the account is locked.
 */
export function writeAccounts(folder: string, home: string): Cover[] {
  const files: Record<string, string> = {
    '/etc/passwd':
      `root:x:0:0:root:${path.dirname(home)}:/bin/bash\n` +
      `${LOGIN_USER}:x:${LOGIN_ID}:${LOGIN_ID}:Ubuntu:${home}:/bin/bash\n` +
      'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
    // No group tty: terminals cannot be given to a group that the user namespace does not know.
    '/etc/group': `root:x:0:\n${LOGIN_USER}:x:${LOGIN_ID}:\nnogroup:x:65534:\n`,
    '/etc/shadow': `root:*:19000::::::\n${LOGIN_USER}:*:19000::::::\n`,
    // Debian's sshd reads it; the machine's rules are not the host's.
    '/etc/hosts.deny': '',
    '/etc/hosts.allow': '',
  };
  return Object.entries(files)
    .filter(([file]) => existsSync(file))
    .map(([file, content]) => {
      const cover = path.join(folder, path.basename(file));
      writeFileSync(cover, content, { mode: 0o644 });
      return { cover, file };
    });
}
