import type { Instance } from '../state/model';
import type { NetworkInterface } from '../state/resources';
import type { Store } from '../state/store';

/** A network interface: somebody's own, or that of an instance. */
export interface AnyInterface extends NetworkInterface {
  /** Undefined: attached to none. */
  instance?: Instance;
}

/** EC2 removes the interface of an instance with it. */
export const allInterfaces = (store: Store): AnyInterface[] => [
  ...store.networkInterfaces.values(),
  ...store
    .visibleInstances()
    .filter(({ state }) => state !== 'terminated')
    .map(ofInstance),
];

export const interfaceOf = (store: Store, id: string): AnyInterface | undefined =>
  allInterfaces(store).find((each) => each.id === id);

function ofInstance(instance: Instance): AnyInterface {
  // Tags that are set later stay with the instance's interface.
  instance.networkInterfaceTags ??= new Map();
  const { networkInterfaceId: id, seq, zone, subnetId, securityGroupIds, macAddress, privateIp } = instance;
  return {
    ...{ id, seq, zone, subnetId, securityGroupIds, macAddress, privateIp },
    description: '',
    tags: instance.networkInterfaceTags,
    instance,
  };
}
