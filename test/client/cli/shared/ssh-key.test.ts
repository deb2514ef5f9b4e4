import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { accessKeys, ensureOwnKey, ownKeyPath } from '../../../../client/cli/shared/ssh-key';

it('makes one key pair, private to its owner, that ssh-keygen understands', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'trainctl-key-'));
  try {
    const [first, second] = [ensureOwnKey(home), accessKeys(home, home)];
    expect(second).toEqual([first]);
    expect(statSync(ownKeyPath(home)).mode & 0o777).toBe(0o600);
    const read = spawnSync('ssh-keygen', ['-y', '-f', ownKeyPath(home)], { encoding: 'utf8' });
    expect(read.stdout.split(' ').slice(0, 2)).toEqual(first.split(' ').slice(0, 2));
    expect(readFileSync(ownKeyPath(home), 'utf8')).toContain('OPENSSH PRIVATE KEY');
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
