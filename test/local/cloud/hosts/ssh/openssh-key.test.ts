import { utils } from 'ssh2';
import { newKeyPair } from '../../../../../local/cloud/hosts/ssh/openssh-key';

it('every key can be read back, and what one half signs the other verifies', () => {
  for (let n = 0; n < 600; n++) {
    const pair = newKeyPair();
    const [secret, open] = [utils.parseKey(pair.private), utils.parseKey(pair.public)];
    if (secret instanceof Error || open instanceof Error) throw new Error(`key ${n} cannot be read: ${pair.private}`);
    expect(secret.getPublicSSH().equals(open.getPublicSSH())).toBe(true);
    expect(open.verify('words', secret.sign('words'))).toBe(true);
  }
});
