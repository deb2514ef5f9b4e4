import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { utils } from 'ssh2';
import { deriveKeys, randomKeyPair } from '../../../adapters/ssh';
import { fingerprint, publicKeyBlob } from '../../../adapters/ssh/keys';
import { NODE, SECRET } from './support/host';

test('the same secret and node give the same bytes', () => {
  expect(deriveKeys(SECRET, { ...NODE })).toEqual(deriveKeys(Buffer.from(SECRET), NODE));
});

test('keys of old attempts stay what they were in earlier versions', () => {
  // A worker of a newer version must reach the hosts that an older one launched.
  expect(deriveKeys(SECRET, NODE).host.publicOpenSsh).toMatchInlineSnapshot(
    `"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOv3AzHhZNL8SykEhc0R//drSeFNYe2GsW0S2J4OMnAm trainctl-host-0123456789abcdef-1-0"`,
  );
  expect(deriveKeys(SECRET, NODE).client.publicOpenSsh).toMatchInlineSnapshot(
    `"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBFKWBh0tY5kbz5w0b5E/pTwKQfdXLzIeFBbHgkwf+Vw trainctl-0123456789abcdef"`,
  );
});

test('the host key belongs to the node of the attempt, the client key to the run', () => {
  const first = deriveKeys(SECRET, NODE);
  const next = deriveKeys(SECRET, { ...NODE, attempt: 2 });
  const other = deriveKeys(SECRET, { ...NODE, node: 1 });
  expect(new Set([first, next, other].map((k) => k.host.publicOpenSsh)).size).toBe(3);
  expect(new Set([first, next, other].map((k) => k.client.publicOpenSsh)).size).toBe(1);
  for (const change of [{ runKey: 'ffffffffffffffff' }, { installation: 'other' }, { namespaceId: 'other' }]) {
    expect(deriveKeys(SECRET, { ...NODE, ...change }).client.publicOpenSsh).not.toBe(first.client.publicOpenSsh);
  }
  expect(deriveKeys(Buffer.alloc(32, 8), NODE).client.publicOpenSsh).not.toBe(first.client.publicOpenSsh);
});

test('a short secret is refused', () => {
  expect(() => deriveKeys(Buffer.alloc(16), NODE)).toThrow(/at least 32/);
});

test('ssh2 reads both halves as one pair', () => {
  const { host } = deriveKeys(SECRET, NODE);
  const secret = utils.parseKey(host.privateOpenSsh);
  if (secret instanceof Error) throw secret;
  expect(secret.type).toBe('ssh-ed25519');
  expect(secret.getPublicSSH()).toEqual(publicKeyBlob(host.publicOpenSsh));
});

const keygen = spawnSync('ssh-keygen', ['-?']).error ? test.skip : test;
keygen('OpenSSH reads both halves as one pair, with our fingerprint', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'trainctl-keys-'));
  try {
    const { host } = deriveKeys(SECRET, NODE);
    const file = path.join(folder, 'key');
    writeFileSync(file, host.privateOpenSsh, { mode: 0o600 });
    const shown = spawnSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' });
    expect(shown.stdout.trim()).toBe(host.publicOpenSsh);
    const printed = spawnSync('ssh-keygen', ['-l', '-f', file], { encoding: 'utf8' });
    expect(printed.stdout).toContain(fingerprint(publicKeyBlob(host.publicOpenSsh) ?? Buffer.alloc(0)));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('random pairs can be read back by ssh, each of many, and differ', () => {
  const seen = new Set<string>();
  for (let i = 0; i < 300; i++) {
    const pair = randomKeyPair('somebody');
    const parsed = utils.parseKey(pair.privateOpenSsh);
    if (parsed instanceof Error) throw parsed;
    expect(pair.publicOpenSsh).toContain(parsed.getPublicSSH().toString('base64'));
    seen.add(pair.publicOpenSsh);
  }
  expect(seen.size).toBe(300);
});
