import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { Settings } from '../../contract';
import { makeHome } from './usable-home';

const SECRET_BYTES = 32;

/**
 * The installation's secret, from which keys of runs and hosts are derived: `secret` in its home, readable by its owner alone;
 * or the file that TRAINCTL_SECRET_FILE names, which must exist. The file holds the 32 bytes themselves, or 64 hex digits.
 * Undefined when the home has none.
 * @throws when the file is not whole, or when others may read the home's.
 */
export function loadSecret(settings: Pick<Settings, 'home'>, env: NodeJS.ProcessEnv = process.env): Buffer | undefined {
  const named = env.TRAINCTL_SECRET_FILE;
  if (named) return decode(readFileSync(named), named);
  try {
    return readOwn(path.join(settings.home, 'secret'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

/** Makes the secret of a new installation, once: of several who do so at the same time one wins, and all get that one. */
export function makeSecret(settings: Pick<Settings, 'home'>): Buffer {
  return saveSecret(settings, randomBytes(SECRET_BYTES));
}

/** Puts a secret into a home that has none; answers with the one that is there then. */
export function saveSecret({ home }: Pick<Settings, 'home'>, secret: Buffer): Buffer {
  const file = path.join(home, 'secret');
  create(home, file, secret);
  return readOwn(file);
}

/** A secret as somebody typed it or a file holds it; undefined when it is none. */
export function readSecret(bytes: Buffer): Buffer | undefined {
  if (bytes.length === SECRET_BYTES) return bytes;
  const text = bytes.toString('latin1').trim();
  return /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
}

function readOwn(file: string): Buffer {
  const bytes = readFileSync(file);
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw new Error(`${file} can be read by others, and whoever has it can log in to every host: chmod 600 ${file}`);
  }
  return decode(bytes, file);
}

function decode(bytes: Buffer, file: string): Buffer {
  const secret = readSecret(bytes);
  if (secret) return secret;
  throw new Error(`${file} must hold ${SECRET_BYTES} bytes or 64 hex digits; it has ${bytes.length} bytes`);
}

/** Whole or not at all, and one winner: `link` refuses where a file of that name has appeared. */
function create(home: string, file: string, secret: Buffer): void {
  makeHome(home);
  const draft = `${file}.${process.pid}.${randomBytes(6).toString('hex')}`;
  const fd = openSync(draft, 'wx', 0o600);
  try {
    // As text, so that a person can carry it to another home.
    writeSync(fd, `${secret.toString('hex')}\n`);
    fsyncSync(fd);
    closeSync(fd);
    // A umask may have taken the owner's own rights.
    chmodSync(draft, 0o600);
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
