import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/**
 * Environment in which `python3` has numpy: as it is, or with a folder of the user's cache that is filled once. Whole or
 * not there: two test runs may begin at the same time.
 */
export function numpyEnv(): NodeJS.ProcessEnv {
  if (hasNumpy(process.env)) return { ...process.env };
  const version = execFileSync('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'])
    .toString()
    .trim();
  const cache = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'trainctl');
  const target = path.join(cache, `numpy-python${version}`);
  if (!existsSync(target)) {
    mkdirSync(cache, { recursive: true });
    const draft = mkdtempSync(path.join(cache, 'numpy-'));
    try {
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', draft];
      execFileSync('python3', [...pip, 'numpy>=1.21,<3'], { stdio: 'pipe' });
      if (!existsSync(target)) renameSync(draft, target);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  const env = { ...process.env, PYTHONPATH: target };
  if (!hasNumpy(env)) throw new Error(`${target} does not give python3 numpy: remove it and try again`);
  return env;
}

function hasNumpy(env: NodeJS.ProcessEnv): boolean {
  try {
    execFileSync('python3', ['-c', 'import numpy'], { env, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
