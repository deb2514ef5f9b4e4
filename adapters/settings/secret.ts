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
 * The installation's secret, from which keys of runs and hosts are derived: `secret` in its home, made by the first who
 * needs it, readable by its owner alone; or the file that TRAINCTL_SECRET_FILE names, which must exist. The file holds the 32
 * bytes themselves, or 64 hex digits.
 * @throws when the file is not whole, or when others may read the home's.
 */
export function loadSecret(settings: Pick<Settings, 'home'>, env: NodeJS.ProcessEnv = process.env): Buffer {
  const named = env.TRAINCTL_SECRET_FILE;
  if (named) return decode(readFileSync(named), named);
  const file = path.join(settings.home, 'secret');
  try {
    return readOwn(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  create(settings.home, file);
  return readOwn(file);
}

function readOwn(file: string): Buffer {
  const bytes = readFileSync(file);
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw new Error(`${file} can be read by others, and whoever has it can log in to every host: chmod 600 ${file}`);
  }
  return decode(bytes, file);
}

function decode(bytes: Buffer, file: string): Buffer {
  if (bytes.length === SECRET_BYTES) return bytes;
  const text = bytes.toString('latin1').trim();
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  throw new Error(`${file} must hold ${SECRET_BYTES} bytes or 64 hex digits; it has ${bytes.length} bytes`);
}

/** Whole or not at all, and one winner: `link` refuses where a file of that name has appeared. */
function create(home: string, file: string): void {
  makeHome(home);
  const draft = `${file}.${process.pid}.${randomBytes(6).toString('hex')}`;
  const fd = openSync(draft, 'wx', 0o600);
  try {
    writeSync(fd, randomBytes(SECRET_BYTES));
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
