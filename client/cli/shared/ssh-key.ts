import { chmodSync, existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import path from 'node:path';
import { utils } from 'ssh2';
import { makeFolder, makeHome } from '../../../adapters/settings';
import { randomKeyPair } from '../../../adapters/ssh';

/** The key pair that `trainctl ssh` uses: the installation's own, made when it is first needed. */
export function ownKeyPath(home: string): string {
  return path.join(home, 'ssh', 'id_ed25519');
}

/** Makes the pair if it is missing, and returns its public half. Two processes that start at once end with one pair. */
export function ensureOwnKey(home: string): string {
  const file = ownKeyPath(home);
  if (!existsSync(file)) {
    makeHome(home);
    makeFolder(path.dirname(file), 0o700);
    const pair = randomKeyPair(`trainctl ${userInfo().username}`);
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, pair.privateOpenSsh, { mode: 0o600 });
    try {
      linkSync(temporary, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(temporary, { force: true });
    }
    chmodSync(file, 0o600);
  }
  return publicHalf(readFileSync(file));
}

/** Public keys that may log in to a run of this person: the pair above, and the one of their own if there is one. */
export function accessKeys(home: string, userHome = homedir()): string[] {
  const keys = [ensureOwnKey(home)];
  const theirs = path.join(userHome, '.ssh', 'id_ed25519.pub');
  if (existsSync(theirs)) {
    const line = readFileSync(theirs, 'utf8').trim();
    if (/^ssh-ed25519 [A-Za-z0-9+/=]+/.test(line)) keys.push(line.split('\n', 1)[0] ?? '');
  }
  return keys;
}

function publicHalf(privateKey: Buffer): string {
  const parsed = utils.parseKey(privateKey);
  if (parsed instanceof Error) throw parsed;
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!key) throw new Error('the key file holds no key');
  return `${key.type} ${key.getPublicSSH().toString('base64')} trainctl`;
}
