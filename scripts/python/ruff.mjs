import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

export const VERSION = '0.17.5';
const OUT_OF_REACH =
  /NewConnectionError|connection broken|timed out|dns error|error sending request|Name or service|Retrying/i;

/** Ruff cannot be had here, for a reason that is not the project's. */
export class Unavailable extends Error {}

/** Ruff's program in the cache, installed there the first time. Throws {@link Unavailable}, or what pip said. */
export function ruff(cache, pythons) {
  const home = path.join(cache, `ruff-${VERSION}`);
  const program = path.join(home, 'bin/ruff');
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(`${home}.part-`);
  try {
    install(fresh, pythons);
    renameSync(fresh, home);
  } catch (error) {
    // Somebody else was faster: theirs is as good.
    if (!existsSync(program)) throw error;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return program;
}

function install(folder, pythons) {
  const wanted = ['--target', folder, '--no-deps', '--only-binary', ':all:', `ruff==${VERSION}`];
  const ways = [
    ['uv', 'pip', 'install', ...wanted],
    ...pythons.map(({ file }) => [
      file,
      '-m',
      'pip',
      'install',
      '--quiet',
      '--retries',
      '1',
      '--timeout',
      '15',
      ...wanted,
    ]),
  ];
  const env = { ...process.env, PIP_USER: '0', PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_ROOT_USER_ACTION: 'ignore' };
  for (const [command, ...args] of ways) {
    const { status, stdout, stderr, error } = spawnSync(command, args, { env, encoding: 'utf8' });
    if (status === 0) return;
    const said = `${stdout ?? ''}${stderr ?? ''}`;
    if (error?.code === 'ENOENT' || /No module named pip/.test(said)) continue;
    if (OUT_OF_REACH.test(said)) throw new Unavailable('PyPI cannot be reached');
    throw new Error(`${command} could not install ruff ${VERSION}: ${error?.message ?? said}`);
  }
  throw new Unavailable('this machine has neither uv nor pip');
}
