import { spawnSync } from 'node:child_process';
import { CannotStart } from '../../../cannot-start';
import type { Confinement } from '../../confinement';
import { findProgram } from '../../programs';

/** User and group id of the log-in as the host sees them; to the machine it is whoever runs the cloud. */
export const LOGIN_ID = 1000;

/**
 * A user namespace in which the log-in is an ordinary user. sshd that is root would want its own system user, would write the
 * machine's records of log-ins, and would not pass signals on to a log-in with user id 0.
 */
export const AS_LOGIN = ['unshare', '--user', `--map-user=${LOGIN_ID}`, `--map-group=${LOGIN_ID}`, '--'];

/**
 * Finds what is asked for: undefined for `ssh2` (the default), the path of sshd for `openssh` and `netns`.
 * @param wanted - default: the environment's TRAINCTL_LOCALCLOUD_HOSTS
 * @throws CannotStart when this machine cannot have it.
 */
export function findSshd(
  confinement: Confinement,
  wanted = process.env.TRAINCTL_LOCALCLOUD_HOSTS,
  searched?: string,
): string | undefined {
  if (wanted === undefined || wanted === '' || wanted === 'ssh2') return undefined;
  const name = `TRAINCTL_LOCALCLOUD_HOSTS=${wanted}`;
  if (wanted !== 'openssh' && wanted !== 'netns')
    throw new CannotStart(`${name} is not known: say ssh2 (the default), openssh or netns`);
  const sshd = findProgram('sshd', searched);
  if (!sshd) {
    throw new CannotStart(
      `${name} needs sshd, which is not on this machine: install openssh-server (its service need not run), or unset the variable`,
    );
  }
  if (confinement.mode !== 'namespace' || !canEnter(confinement)) {
    throw new CannotStart(
      `${name} needs Linux namespaces within namespaces (unshare, nsenter of util-linux 2.36 or newer), which this machine does not allow: unset the variable`,
    );
  }
  return sshd;
}

function canEnter({ prefix }: Confinement): boolean {
  const [program = '', ...args] = [...prefix, ...AS_LOGIN, 'nsenter', '--version'];
  return spawnSync(program, args, { stdio: 'ignore', timeout: 5000, killSignal: 'SIGKILL' }).status === 0;
}
