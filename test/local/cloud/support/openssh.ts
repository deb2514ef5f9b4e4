import { probeConfinement } from '../../../../local/cloud/hosts/confinement';
import { findSshd } from '../../../../local/cloud/hosts/ssh/openssh/program';

/** Why this machine's hosts cannot run OpenSSH's server, or undefined. */
export const noOpenSsh: string | undefined = (() => {
  try {
    findSshd(probeConfinement(), 'openssh');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
})();

export const whereOpenSsh = noOpenSsh === undefined ? describe : describe.skip;

/** For describe.each: what hosts may run, by its name and the reason why it is left out. */
export const SSH_SERVERS: [title: string, sshServer: string, runs: jest.Describe][] = [
  ['ssh2', 'ssh2', describe],
  [noOpenSsh === undefined ? 'openssh' : `openssh, left out: ${noOpenSsh}`, 'openssh', whereOpenSsh],
];
