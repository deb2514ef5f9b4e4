import { findImage } from '../../catalog/images';
import { ACCOUNT_ID, VPC_ID } from '../../catalog/network';
import { type Instance, STATE_CODES, type StateName } from '../../state/model';
import type { Body } from '../action';
import type { Xml } from '../protocol/xml';

/** Security groups by id: what names them. */
export type Groups = ReadonlyMap<string, { name: string }>;

export const renderState = (state: StateName): Xml => ({ code: STATE_CODES[state], name: state });

export const renderTags = (tags: ReadonlyMap<string, string>): Xml => [...tags].map(([key, value]) => ({ key, value }));

export const renderGroups = (groups: Groups, ids: readonly string[]): Xml =>
  ids.map((groupId) => ({ groupId, groupName: groups.get(groupId)?.name ?? groupId }));

export const privateDnsName = (instance: Instance): string =>
  instance.state === 'terminated' ? '' : `ip-${instance.privateIp.replaceAll('.', '-')}.ec2.internal`;

/** Shown from running on, and as long as it has the address. */
export const shownPublicIp = (instance: Instance): string | undefined =>
  instance.state === 'pending' ? undefined : instance.publicIp;

export const publicDnsName = (instance: Instance): string => {
  const ip = shownPublicIp(instance);
  return ip === undefined ? '' : `ec2-${ip.replaceAll('.', '-')}.compute-1.amazonaws.com`;
};

/** One item of `instancesSet`. A terminated instance has lost its names, groups, interfaces and disks. */
function renderInstance(instance: Instance, groups: Groups): Body {
  const gone = instance.state === 'terminated';
  return {
    instanceId: instance.id,
    imageId: instance.imageId,
    instanceState: renderState(instance.state),
    privateDnsName: privateDnsName(instance),
    dnsName: publicDnsName(instance),
    reason: instance.transitionReason,
    keyName: instance.keyName,
    amiLaunchIndex: instance.launchIndex,
    productCodes: [],
    instanceType: instance.type.name,
    launchTime: instance.launchTime,
    placement: { availabilityZone: instance.zone, groupName: '', tenancy: 'default' },
    monitoring: { state: instance.monitoring ? 'enabled' : 'disabled' },
    ...(gone
      ? {}
      : {
          subnetId: instance.subnetId,
          vpcId: VPC_ID,
          privateIpAddress: instance.privateIp,
          ipAddress: shownPublicIp(instance),
        }),
    sourceDestCheck: gone ? undefined : true,
    groupSet: gone ? [] : renderGroups(groups, instance.securityGroupIds),
    stateReason: instance.stateReason && { code: instance.stateReason.code, message: instance.stateReason.message },
    architecture: 'x86_64',
    rootDeviceType: 'ebs',
    rootDeviceName: instance.rootDeviceName,
    blockDeviceMapping: instance.blockDevices.map((device) => ({
      deviceName: device.deviceName,
      ebs: {
        volumeId: device.volumeId,
        status: instance.state === 'pending' ? 'attaching' : 'attached',
        attachTime: device.attachTime,
        deleteOnTermination: device.deleteOnTermination,
      },
    })),
    virtualizationType: 'hvm',
    instanceLifecycle: instance.market === 'spot' ? 'spot' : undefined,
    spotInstanceRequestId: instance.spotRequestId,
    clientToken: instance.clientToken,
    tagSet: instance.tags.size > 0 ? renderTags(instance.tags) : undefined,
    hypervisor: 'xen',
    networkInterfaceSet: gone ? [] : [renderInterface(instance, groups)],
    ebsOptimized: instance.ebsOptimized,
    enaSupport: true,
    cpuOptions: { coreCount: Math.max(1, instance.type.vcpus / 2), threadsPerCore: 2 },
    capacityReservationSpecification: { capacityReservationPreference: 'open' },
    hibernationOptions: { configured: false },
    enclaveOptions: { enabled: false },
    metadataOptions: {
      state: instance.state === 'pending' ? 'pending' : 'applied',
      httpTokens: instance.metadata.httpTokens,
      httpPutResponseHopLimit: instance.metadata.hopLimit,
      httpEndpoint: instance.metadata.httpEndpoint,
      httpProtocolIpv6: 'disabled',
      instanceMetadataTags: instance.metadata.instanceMetadataTags,
    },
    maintenanceOptions: { autoRecovery: 'default' },
    platformDetails: 'Linux/UNIX',
    usageOperation: 'RunInstances',
    usageOperationUpdateTime: instance.launchTime,
    bootMode: findImage(instance.imageId)?.imdsSupport ? 'uefi-preferred' : undefined,
    currentInstanceBootMode: 'legacy-bios',
  };
}

/** The one interface of an instance, as the instance shows it. */
export function renderInterface(instance: Instance, groups: Groups): Body {
  const publicIp = shownPublicIp(instance);
  const association = publicIp && { publicIp, publicDnsName: publicDnsName(instance), ipOwnerId: 'amazon' };
  return {
    networkInterfaceId: instance.networkInterfaceId,
    subnetId: instance.subnetId,
    vpcId: VPC_ID,
    description: '',
    ownerId: ACCOUNT_ID,
    status: 'in-use',
    macAddress: instance.macAddress,
    privateIpAddress: instance.privateIp,
    privateDnsName: privateDnsName(instance),
    sourceDestCheck: true,
    groupSet: renderGroups(groups, instance.securityGroupIds),
    attachment: {
      attachmentId: instance.networkInterfaceId.replace('eni-', 'eni-attach-'),
      deviceIndex: 0,
      status: instance.state === 'pending' ? 'attaching' : 'attached',
      attachTime: instance.launchTime,
      deleteOnTermination: true,
      networkCardIndex: 0,
    },
    association: association || undefined,
    privateIpAddressesSet: [
      {
        privateIpAddress: instance.privateIp,
        privateDnsName: privateDnsName(instance),
        primary: true,
        association: association || undefined,
      },
    ],
    interfaceType: 'interface',
  };
}

/** A reservation with those of its instances that are shown. */
export function renderReservation(reservationId: string, instances: readonly Instance[], groups: Groups): Body {
  return {
    reservationId,
    ownerId: ACCOUNT_ID,
    groupSet: [],
    instancesSet: instances.map((instance) => renderInstance(instance, groups)),
  };
}
