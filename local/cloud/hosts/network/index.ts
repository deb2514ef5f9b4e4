import { LoopbackNetwork } from './loopback';
import { NamespacedNetwork } from './namespaced';
import type { Network } from './network';

export { LoopbackNetwork } from './loopback';
export type { Network, Place } from './network';

export interface NetworkOptions {
  /** Of the instances' SSH servers. Default: EC2's own, 22, in namespaces; 2022 on loopback, where that is the machine's. */
  sshPort?: number | undefined;
  /** On loopback: whether each host has an address of its own; default: if the machine has them. */
  ownAddresses?: boolean | undefined;
  /** What the hosts are; `netns`: in network namespaces. Default: as the environment's TRAINCTL_LOCALCLOUD_HOSTS says. */
  hosts?: string | undefined;
}

/** @throws CannotStart when this machine cannot have it. */
export async function openNetwork(options: NetworkOptions): Promise<Network> {
  const { sshPort, ownAddresses, hosts = process.env.TRAINCTL_LOCALCLOUD_HOSTS } = options;
  if (hosts === 'netns') return NamespacedNetwork.open(sshPort ?? 22);
  return new LoopbackNetwork(sshPort ?? 2022, ownAddresses);
}
