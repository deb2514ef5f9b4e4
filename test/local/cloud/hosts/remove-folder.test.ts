import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { removeFolder } from '../../../../local/cloud/hosts/remove-folder';
import { until } from '../../../adapters/ssh/support/host';

test('a folder in which somebody goes on writing for a while is removed', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'trainctl-remove-'));
  const inside = path.join(folder, 'a');
  // Ends once the folder stays away.
  const script =
    'n=0; for i in 1 2 3 4 5 6; do mkdir -p "$0"; for j in 1 2 3 4 5 6 7 8 9; do n=$((n+1)); : > "$0/$n"; done; done; : > "$0/last"';
  const writer = spawn('sh', ['-c', script, inside], { stdio: 'ignore' });
  const ended = new Promise((resolve) => writer.once('exit', resolve));
  await until('the first file', () => existsSync(path.join(inside, '1')) || writer.exitCode !== null);
  removeFolder(folder);
  await ended;
  removeFolder(folder);
  expect(existsSync(folder)).toBe(false);
});

test('what is no folder is nothing to remove, and what cannot be removed is said at once', () => {
  removeFolder('/nowhere/at/all');
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'trainctl-remove-')), 'file');
  writeFileSync(file, '');
  expect(() => removeFolder(path.join(file, 'below'))).toThrow('ENOTDIR');
  removeFolder(path.dirname(file));
});
