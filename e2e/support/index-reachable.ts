import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Whether pip reaches a package index from here, by whatever this machine has set up for it. */
export function indexReachable(): boolean {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'trainctl-index-'));
  try {
    const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--no-input', '--timeout', '10', '--retries', '0'];
    execFileSync('python3', [...pip, '--dest', folder, 'six'], { stdio: 'ignore', timeout: 60_000 });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
