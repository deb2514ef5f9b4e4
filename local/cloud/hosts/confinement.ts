import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { CannotStart } from '../cannot-start';

/** How everything that a host started is found again when the host ends. */
export type Mode = 'namespace' | 'subreaper' | 'group';

export interface Confinement {
  mode: Mode;
  /** Put before the command of a host's first process. */
  prefix: string[];
  /** The real interpreter, not a version manager's shim: a start costs 15 ms instead of 150. */
  python: string;
}

const NAMESPACE = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];
const USER_NAMESPACE = [...NAMESPACE.slice(0, 1), '--user', '--map-root-user', ...NAMESPACE.slice(1)];

/** KILL at the end of its time: unshare passes TERM over while it waits for its child. */
const works = (command: string[]): boolean => {
  const [program = '', ...args] = command;
  return spawnSync(program, [...args, 'true'], { stdio: 'ignore', timeout: 5000, killSignal: 'SIGKILL' }).status === 0;
};

/**
 * Finds out once, by trying, what this machine allows: a PID namespace (nothing escapes it), else a subreaper with a sweep,
 * else process groups with an environment marker (macOS; `env -i` after a double fork escapes those).
 * `TRAINCTL_LOCALCLOUD_CONFINEMENT` names a mode outright.
 * @throws CannotStart when there is no python3.
 */
export function probeConfinement(wanted = process.env.TRAINCTL_LOCALCLOUD_CONFINEMENT): Confinement {
  const python = findPython();
  if (wanted === undefined || wanted === 'namespace') {
    for (const prefix of process.getuid?.() === 0 ? [NAMESPACE, USER_NAMESPACE] : [USER_NAMESPACE]) {
      if (process.platform === 'linux' && works(prefix)) return { mode: 'namespace', prefix, python };
    }
  }
  const fallback = process.platform === 'linux' && wanted !== 'group' ? 'subreaper' : 'group';
  return { mode: fallback, prefix: [], python };
}

function findPython(): string {
  const asked = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  const found = asked.status === 0 ? asked.stdout.trim() : '';
  if (!path.isAbsolute(found) || !existsSync(found)) {
    throw new CannotStart(
      'the local cloud boots its hosts with python3, which is not on PATH: install Python 3.8 or newer',
    );
  }
  return found;
}
