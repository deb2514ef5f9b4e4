import { knownHostsLine, sshArgs, sshTarget } from '../../../../../client/cli/commands/ssh/action';
import { at, attempt, view } from '../../../support/status-fixture';

const LOGIN = { user: 'ubuntu', address: '127.0.0.2', port: 2022, hostKey: 'ssh-ed25519 AAAA' };
const TARGET = { ...LOGIN, folder: 'trainctl/key/2/0' };

describe('ssh', () => {
  it('logs in to the newest living instance whose key is known, and to no other', () => {
    const known = attempt(2, { ...LOGIN });
    expect(sshTarget(view({ runKey: 'key', attempts: [attempt(1, LOGIN), known] }))).toEqual(TARGET);
    expect(() => sshTarget(view({ attempts: [attempt(1)] }))).toThrow('no instance that answers yet');
    expect(() => sshTarget(view({ attempts: [{ ...known, terminatedAt: at(1) }] }))).toThrow('no instance any more');
    expect(() => sshTarget(view({ attempts: [known], endedAt: at(1) }))).toThrow('no instance any more');
  });

  it('puts options of ssh before the host and a command behind it', () => {
    const words = (...rest: string[]): string[] => sshArgs(TARGET, 'key', 'kh', rest).slice(-(rest.length + 1));
    expect(words('-NL', '6006:localhost:6006')).toEqual(['-NL', '6006:localhost:6006', 'ubuntu@127.0.0.2']);
    expect(words('-N', '-p', '1', 'ls', '-l')).toEqual(['-N', '-p', '1', 'ubuntu@127.0.0.2', 'ls', '-l']);
  });

  it('trusts one host key and asks for no other', () => {
    expect(knownHostsLine(TARGET)).toBe('[127.0.0.2]:2022 ssh-ed25519 AAAA\n');
    expect(knownHostsLine({ ...TARGET, port: 22 })).toBe('127.0.0.2 ssh-ed25519 AAAA\n');
    expect(sshArgs(TARGET, 'key', '/tmp/a b', [])).toEqual(
      expect.arrayContaining(['StrictHostKeyChecking=yes', 'UserKnownHostsFile="/tmp/a b"', 'IdentitiesOnly=yes']),
    );
  });
});
