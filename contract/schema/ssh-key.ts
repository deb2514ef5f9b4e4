const TYPES = [
  'ssh-ed25519',
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
];

/** Why `text` is not one public key in OpenSSH's form (`TYPE BASE64 [COMMENT]`); undefined when it is. */
export function sshKeyFault(text: string): string | undefined {
  if (/PRIVATE KEY/.test(text))
    return 'is a private key: never put it in a spec; give the text of the .pub file beside it';
  if (/\p{Cc}/u.test(text)) return 'must be one line (the text of a .pub file, one key an entry)';
  const [type = '', body = ''] = text.trim().split(/ +/);
  if (!TYPES.includes(type)) {
    return `is not a public key: it must begin with ${TYPES.slice(0, 3).join(', ')} or another key type of OpenSSH`;
  }
  const broken = 'is not a whole public key: the part after its type does not decode';
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(body)) return broken;
  // The decoded key begins with its own type: a length of four bytes, then the name (RFC 4253, 6.6).
  const bytes = Buffer.from(body, 'base64');
  if (bytes.length < 4 + type.length + 32) return broken;
  const inner = bytes.subarray(4, 4 + bytes.readUInt32BE(0)).toString('latin1');
  return inner === type ? undefined : broken;
}
