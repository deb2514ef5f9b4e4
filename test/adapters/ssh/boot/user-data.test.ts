import { parse } from 'yaml';
import { deriveKeys, UserDataTooLargeError, userData } from '../../../../adapters/ssh';
import { NODE, SECRET } from '../support/host';

const keys = deriveKeys(SECRET, NODE);
const args = { node: NODE, keys, sshKeys: [], leaseSeconds: 1800, hostDeadline: 1_800_000_000, graceSeconds: 60 };

test('it is cloud-config with the keys that were derived', () => {
  const text = userData({ ...args, sshKeys: [' ssh-ed25519 AAAA "it\'s": me # no comment ', ''] });
  expect(text.startsWith('#cloud-config\n')).toBe(true);
  const config = parse(text);
  expect(Object.keys(config)).toEqual(['ssh_deletekeys', 'ssh_pwauth', 'ssh_keys', 'ssh_authorized_keys', 'bootcmd']);
  expect(config.ssh_keys).toEqual({
    ed25519_private: keys.host.privateOpenSsh,
    ed25519_public: keys.host.publicOpenSsh,
  });
  expect(config.ssh_authorized_keys).toEqual([keys.client.publicOpenSsh, 'ssh-ed25519 AAAA "it\'s": me # no comment']);
  expect(config.bootcmd).toEqual([expect.stringContaining('systemd-run')]);
});

test('the same arguments give the same bytes, and no private half of what others use', () => {
  expect(userData({ ...args })).toBe(userData({ ...args, keys: deriveKeys(SECRET, NODE) }));
  expect(userData(args)).not.toContain(keys.client.privateOpenSsh.split('\n')[2]);
});

test('it leaves most of the room that EC2 gives', () => {
  expect(Buffer.byteLength(userData(args))).toBeLessThan(6 * 1024);
});

test('too many keys are refused with their size', () => {
  const sshKeys = Array.from({ length: 200 }, (_, i) => `ssh-ed25519 ${'A'.repeat(68)} user${i}`);
  expect(() => userData({ ...args, sshKeys })).toThrow(UserDataTooLargeError);
  expect(() => userData({ ...args, sshKeys })).toThrow(/access.sshKeys/);
});

test('no workflow id adds a line of its own, nor takes much of the room', () => {
  const withId = (workflowId: string): string => userData({ ...args, node: { ...NODE, workflowId } });
  const lines = userData(args).split('\n');
  const hostile = withId('x\nruncmd: [touch /tmp/x]\n#').split('\n');
  expect(hostile.slice(2)).toEqual(lines.slice(2));
  expect(hostile[1]).toContain('# trainctl: x=0Aruncmd:');
  expect(Buffer.byteLength(withId('训'.repeat(333)))).toBeLessThan(6 * 1024 + 250);
});
