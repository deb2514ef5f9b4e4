import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { cacheDir } from '../../local/stack/binaries/cache';

/** Of a package that is not large. Milliseconds. */
const PATIENCE = 60_000;

/**
 * Environment for pip on hosts that reach no index: a folder with uv, which images may lack and trainctl then installs. Empty where it cannot
 * be fetched: what needs uv is skipped there, and says so.
 */
export function wheelsForHosts(): NodeJS.ProcessEnv {
  const folder = path.join(cacheDir(), 'wheels');
  const args = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--disable-pip-version-check', '--no-input'];
  const fetched = spawnSync('python3', [...args, '--find-links', folder, '--dest', folder, 'uv'], {
    encoding: 'utf8',
    timeout: PATIENCE,
    killSignal: 'SIGKILL',
  });
  if (fetched.status !== 0) {
    const why = fetched.stderr?.trim().split('\n').at(-1) || fetched.error?.message || fetched.signal;
    console.error(`  uv for the hosts: not to be had: ${why}`);
    return {};
  }
  const links = [process.env.PIP_FIND_LINKS, folder].filter((one) => one !== undefined && one !== '');
  return { PIP_FIND_LINKS: links.join(' '), PIP_NO_INDEX: '1' };
}
