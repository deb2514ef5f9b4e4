import { probeConfinement } from '../../../../local/cloud/hosts/confinement';
import { findSshd } from '../../../../local/cloud/hosts/ssh/openssh/program';

/** Why this machine's hosts cannot run OpenSSH's server, or undefined. Asked outside of jest, too. */
export const noOpenSsh: string | undefined = (() => {
  try {
    findSshd(probeConfinement(), 'openssh');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
})();
