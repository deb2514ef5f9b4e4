import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { goVersion, startFault, versionFault } from './installed';

test('exceptions hold for one version', () => {
  expect(versionFault('moto', '5.2.1', '5.2')).toBeUndefined();
  expect(versionFault('moto', '5.2', '5.2')).toBeUndefined();
  expect(versionFault('moto', '5.20.0', '5.2')).toBe('moto 5.20.0 is installed, and its exceptions are those of 5.2');
  expect(versionFault('moto', undefined, '5.2')).toContain('does not say which version');
});

test('a program that cannot be started says why, and one built by Go which version it is', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tc-installed-'));
  try {
    const shim = path.join(folder, 'shim');
    writeFileSync(shim, '#!/bin/sh\necho "shim: no package has it" >&2\nexit 127\n');
    chmodSync(shim, 0o755);
    expect(startFault(shim, [])).toBe(`${shim} cannot be started: it ended with 127: shim: no package has it`);
    expect(startFault(path.join(folder, 'none'), [])).toContain('ENOENT');
    const built = path.join(folder, 'built');
    writeFileSync(built, '\0path\tx.org/a/cmd/a\nmod\tx.org/a\tv1.8.0\th1:abc=\n');
    expect(goVersion(built, 'x.org/a')).toBe('1.8.0');
    expect(goVersion(built, 'x.org/b')).toBeUndefined();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
