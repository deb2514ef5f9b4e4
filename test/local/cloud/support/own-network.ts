import { spawnSync } from 'node:child_process';
import { missingForNamespaces, thisMachine } from '../../../../local/cloud/hosts/network/requirements';
import { searchedFolders } from '../../../../local/cloud/hosts/programs';
import { noOpenSsh } from './no-openssh';

/** Before a command: a network of its own, in which there is nothing but loopback. */
export const OWN_NETWORK = ['unshare', '--net', '--', 'sh', '-c', 'ip link set dev lo up && exec "$@"', 'sh'];

/** With all folders in which this machine may have `ip`. */
export const networkEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, PATH: searchedFolders() });

const TRY = 'ip link add name a type veth peer name b && ip link add name c type bridge';

/** Why this machine's hosts cannot be in network namespaces, or undefined. */
export const noNamespaces: string | undefined = (() => {
  const missing = missingForNamespaces(thisMachine());
  if (missing.length > 0) return missing.join('; ');
  if (noOpenSsh !== undefined) return noOpenSsh;
  const [program = '', ...args] = [...OWN_NETWORK, 'sh', '-c', TRY];
  const tried = spawnSync(program, args, {
    env: networkEnvironment(),
    encoding: 'utf8',
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
  if (tried.status === 0) return undefined;
  return `this machine does not allow it: ${tried.stderr.trim() || tried.error?.message || tried.signal}`;
})();
