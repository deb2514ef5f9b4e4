import { networkInterfaces } from 'node:os';
import { findProgram } from '../programs';
import { UPLINK } from './switch';

/** What hosts in network namespaces need to know of a machine. */
export interface Machine {
  platform: string;
  /** Undefined where there are none. */
  uid: number | undefined;
  /** Names of the network interfaces that are up and no loopback. */
  waysOut: readonly string[];
  has(program: string): boolean;
}

const PROGRAMS: Record<string, string> = { ip: 'iproute2', unshare: 'util-linux', nsenter: 'util-linux' };

export const thisMachine = (): Machine => ({
  platform: process.platform,
  uid: process.getuid?.(),
  waysOut: Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.some(({ internal }) => !internal) ? [name] : [],
  ),
  has: (program) => findProgram(program) !== undefined,
});

/** What a machine lacks for network namespaces, each with what to do; empty: they can be tried. */
export function missingForNamespaces({ platform, uid, has }: Machine): string[] {
  if (platform !== 'linux') return [`network namespaces are Linux's, and this is ${platform}`];
  const missing = Object.entries(PROGRAMS).filter(([program]) => !has(program));
  return [
    ...(uid === 0 ? [] : ['only root may make network namespaces']),
    ...missing.map(([program, parcel]) => `${program} is not on this machine: install ${parcel}`),
  ];
}

/**
 * Why the hosts of a cloud must not be put into the network that its process is in; undefined: they may. Links, routes and addresses are
 * made there, which is no business of the machine's own network, its firewall and its services.
 */
export function notOfItsOwn({ waysOut }: Machine): string | undefined {
  const others = waysOut.filter((name) => !UPLINK.test(name));
  if (others.length === 0) return undefined;
  return `the network that it is started in must be one of its own, and this one has ${others.join(', ')}: start all of it below \`unshare --net\`, with loopback up (\`ip link set lo up\`)`;
}
