import { createHash, createPrivateKey, createPublicKey, hkdfSync, randomBytes } from 'node:crypto';
import type { NodeRef } from '../../contract';
import type { KeyPair, NodeKeys } from './types';

/** Shorter secrets could be guessed from a public key. */
const MIN_SECRET_BYTES = 32;

/**
 * The keys of a node, from the installation's secret alone: nothing is stored, and any worker can reconnect. The host key
 * belongs to the node of the attempt, the client key to the run. Every byte is the same each time, because user data
 * carries them and a repeated launch must be the same to the byte.
 */
export function deriveKeys(secret: Buffer, node: NodeRef): NodeKeys {
  if (secret.length < MIN_SECRET_BYTES) {
    throw new Error(`the installation's secret has ${secret.length} bytes; at least ${MIN_SECRET_BYTES} are needed`);
  }
  const owner = [node.installation, node.namespaceId, node.runKey];
  return {
    host: keyPair(
      derive(secret, ['host', ...owner, String(node.attempt), String(node.node)]),
      `trainctl-host-${node.runKey}-${node.attempt}-${node.node}`,
    ),
    client: keyPair(derive(secret, ['client', ...owner]), `trainctl-${node.runKey}`),
  };
}

/** A new ed25519 pair of nobody's, in OpenSSH's form. (About one in 200 of those that ssh2 makes cannot be read back.) */
export function randomKeyPair(comment: string): KeyPair {
  return keyPair(randomBytes(36), comment);
}

/** 32 bytes of seed, then 4 of OpenSSH's check number. */
function derive(secret: Buffer, purpose: string[]): Buffer {
  const info = JSON.stringify(['trainctl ssh key v1', ...purpose]);
  return Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), info, 36));
}

/** PKCS #8 of an ed25519 key up to its 32 bytes of seed (RFC 8410). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const ALGORITHM = 'ssh-ed25519';

function keyPair(derived: Buffer, comment: string): KeyPair {
  const seed = derived.subarray(0, 32);
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  // The raw public key is the last 32 bytes of its SPKI form.
  const point = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  const blob = Buffer.concat([text(ALGORITHM), text(point)]);
  return {
    privateOpenSsh: openSshPrivateKey(blob, Buffer.concat([seed, point]), point, derived.subarray(32), comment),
    publicOpenSsh: `${ALGORITHM} ${blob.toString('base64')} ${comment}`,
  };
}

/** PROTOCOL.key of OpenSSH: one unencrypted key. The check number is usually random; here it is derived. */
function openSshPrivateKey(blob: Buffer, secret: Buffer, point: Buffer, check: Buffer, comment: string): string {
  const body = Buffer.concat([check, check, text(ALGORITHM), text(point), text(secret), text(comment)]);
  const padding = Buffer.from(Array.from({ length: (8 - (body.length % 8)) % 8 }, (_, i) => i + 1));
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0', 'latin1'),
    text('none'),
    text('none'),
    text(''),
    uint32(1),
    text(blob),
    text(Buffer.concat([body, padding])),
  ]);
  const lines = file.toString('base64').match(/.{1,70}/g) ?? [];
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}

/** SSH's `string`: a length, then the bytes. */
function text(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** The bytes of a public key line, as a server proves them; undefined when the line holds none. */
export function publicKeyBlob(line: string): Buffer | undefined {
  const base64 = line.trim().split(/\s+/)[1];
  const blob = base64 === undefined ? Buffer.alloc(0) : Buffer.from(base64, 'base64');
  return blob.length > 0 ? blob : undefined;
}

/** As `ssh-keygen -l` prints it. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}
