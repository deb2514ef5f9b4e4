import { generateKeyPairSync, randomBytes } from 'node:crypto';

export interface KeyPair {
  /** OpenSSH's own private format, without a passphrase. */
  private: string;
  /** One line, as in authorized_keys. */
  public: string;
}

/** Of an ed25519 key, and of its seed: what their encodings by RFC 8410 end with, sections 4 and 7. */
const KEY_BYTES = 32;

/**
 * A new ed25519 key pair. Written out here because ssh2's own generator makes about one key in some hundred that nothing can
 * read back. The generator encodes the keys: one that is exported afterwards may stop node 20 for ever, since a collection of
 * garbage in an export waits for the lock that the export has.
 */
export function newKeyPair(): KeyPair {
  const encoded = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
    publicKeyEncoding: { type: 'spki', format: 'der' },
  });
  const publicKey = encoded.publicKey.subarray(-KEY_BYTES);
  const seed = encoded.privateKey.subarray(-KEY_BYTES);
  const type = field('ssh-ed25519');
  const publicBlob = Buffer.concat([type, field(publicKey)]);
  const check = randomBytes(4);
  const secret = Buffer.concat([check, check, publicBlob, field(Buffer.concat([seed, publicKey])), field('')]);
  // To a multiple of 8, with the bytes 1, 2, 3, …
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1));
  const blob = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    Buffer.from([0, 0, 0, 1]),
    field(publicBlob),
    field(Buffer.concat([secret, padding])),
  ]);
  const lines = (blob.toString('base64').match(/.{1,70}/g) ?? []).join('\n');
  return {
    private: `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`,
    public: `ssh-ed25519 ${publicBlob.toString('base64')}`,
  };
}

/** SSH's string: its length in four bytes, then itself. */
function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
