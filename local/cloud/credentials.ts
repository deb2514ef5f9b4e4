import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Credentials } from './sigv4';

/** The one access key of a local cloud: made once for its folder, readable by its owner alone. */
export function loadCredentials(dir: string): Credentials {
  const file = path.join(dir, 'credentials.json');
  try {
    const saved: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isCredentials(saved)) return saved;
  } catch {
    // None yet, or unreadable: made anew.
  }
  const credentials = {
    // Not AKIA: a key of the local cloud is told from AWS's at sight.
    accessKeyId: `LOCAL${randomBytes(8).toString('hex').toUpperCase().slice(0, 15)}`,
    secretAccessKey: randomBytes(30).toString('base64url'),
  };
  writeFileSync(file, JSON.stringify(credentials), { mode: 0o600 });
  return credentials;
}

function isCredentials(value: unknown): value is Credentials {
  return (
    typeof value === 'object' &&
    value !== null &&
    'accessKeyId' in value &&
    typeof value.accessKeyId === 'string' &&
    'secretAccessKey' in value &&
    typeof value.secretAccessKey === 'string'
  );
}
