import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';

/**
 * What the control interface asks for: whoever can read its owner's files has it, and no other user of this machine. Made once
 * for a local cloud's folder, so that whoever has read it may go on after a restart.
 */
export function loadControlToken(dir: string): string {
  const file = path.join(dir, 'control-token');
  try {
    const saved = readFileSync(file, 'utf8').trim();
    if (/^[\w-]{43}$/.test(saved)) return saved;
  } catch {
    // None yet, or unreadable: made anew.
  }
  const token = randomBytes(32).toString('base64url');
  writeFileSync(file, `${token}\n`, { mode: 0o600 });
  return token;
}

/** Whether a request carries the token, as `authorization: Bearer TOKEN`. */
export function carries({ headers }: Pick<IncomingMessage, 'headers'>, token: string): boolean {
  const said = Buffer.from(headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return said.length === wanted.length && timingSafeEqual(said, wanted);
}
