import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import path from 'node:path';
import type { RunOrigin } from '../../contract';

export type Person = Pick<RunOrigin, 'user' | 'host' | 'home'>;

/**
 * Who asks: the login name, and the id of the home, which stays the same when a laptop gets another name. Without `make` a home
 * without an id answers with an empty one: nothing was started from there.
 */
export function personOf(home: string, make = false): Person {
  return { user: loginName(), host: hostname(), home: homeId(home) || (make ? makeHomeId(home) : '') };
}

const idFile = (home: string): string => path.join(home, 'id');

function homeId(home: string): string {
  try {
    return readFileSync(idFile(home), 'utf8').trim();
  } catch {
    return '';
  }
}

/** Of two that make one at once, both take the first. A home that cannot be written to has none. */
function makeHomeId(home: string): string {
  const id = randomBytes(8).toString('hex');
  try {
    writeFileSync(idFile(home), `${id}\n`, { flag: 'wx', mode: 0o600 });
    return id;
  } catch {
    return homeId(home);
  }
}

/** In containers a user may have no name. */
function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'nobody');
  }
}
