import { ACCOUNT_ID, DEFAULT_GROUP, findZone, REGION, VPC_ID, ZONES } from '../catalog/network';
import type { Instance } from '../state/model';

/** A node of the metadata tree: text, or a folder. */
export type Entry = string | { [name: string]: Entry };

const seconds = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `21 Jan 2019 09:00:43 GMT`, as maintenance events are dated. */
function eventDate(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  return `${two(date.getUTCDate())} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()} ${time} GMT`;
}

/** The tree below `/latest/`, as it is now. What does not exist at the moment (a spot notice) is not in it. */
export function metadataTree(instance: Instance, publicKeys: readonly string[]): { [name: string]: Entry } {
  return {
    'meta-data': metaData(instance, publicKeys),
    dynamic: { 'instance-identity': { document: identityDocument(instance) } },
    ...(instance.userData ? { 'user-data': instance.userData.toString('latin1') } : {}),
  };
}

function metaData(instance: Instance, publicKeys: readonly string[]): { [name: string]: Entry } {
  const zone = findZone(instance.zone) ?? ZONES[0];
  const hostname = `ip-${instance.privateIp.replaceAll('.', '-')}.ec2.internal`;
  const publicHostname = instance.publicIp && `ec2-${instance.publicIp.replaceAll('.', '-')}.compute-1.amazonaws.com`;
  const keys = publicKeys.map((key): [string, Entry] => [key.split(' ')[2] ?? instance.keyName ?? 'key', key]);
  return {
    'ami-id': instance.imageId,
    'ami-launch-index': String(instance.launchIndex),
    'block-device-mapping': blockDevices(instance),
    events: events(instance),
    hostname,
    'instance-action': 'none',
    'instance-id': instance.id,
    'instance-life-cycle': instance.market,
    'instance-type': instance.type.name,
    'local-hostname': hostname,
    'local-ipv4': instance.privateIp,
    mac: instance.macAddress,
    network: { interfaces: { macs: { [instance.macAddress]: networkInterface(instance) } } },
    placement: {
      'availability-zone': instance.zone,
      'availability-zone-id': zone?.id ?? '',
      region: REGION,
    },
    ...(publicHostname ? { 'public-hostname': publicHostname, 'public-ipv4': instance.publicIp ?? '' } : {}),
    ...(keys.length > 0
      ? { 'public-keys': Object.fromEntries(keys.map(([name, key], n) => [`${n}=${name}`, { 'openssh-key': key }])) }
      : {}),
    'reservation-id': instance.reservationId,
    'security-groups': DEFAULT_GROUP.name,
    services: { domain: 'amazonaws.com', partition: 'aws' },
    ...(instance.interruption ? { spot: spotNotice(instance.interruption) } : {}),
    ...(instance.metadata.instanceMetadataTags === 'enabled'
      ? { tags: { instance: Object.fromEntries(instance.tags) } }
      : {}),
  };
}

const spotNotice = ({ action, time }: NonNullable<Instance['interruption']>): Entry => ({
  'instance-action': JSON.stringify({ action, time: seconds(time) }),
  ...(action === 'terminate' ? { 'termination-time': seconds(time) } : {}),
});

function events(instance: Instance): Entry {
  const scheduled = instance.maintenance.map((event) => ({
    NotBefore: eventDate(event.notBefore),
    Code: event.code,
    Description: event.description,
    EventId: event.id,
    NotAfter: eventDate(event.notAfter),
    State: event.state,
  }));
  const open = scheduled.filter((event) => event.State === 'active');
  const closed = scheduled.filter((event) => event.State !== 'active');
  return {
    maintenance: { history: JSON.stringify(closed), scheduled: JSON.stringify(open) },
    ...(instance.rebalanceAt
      ? { recommendations: { rebalance: JSON.stringify({ noticeTime: seconds(instance.rebalanceAt) }) } }
      : {}),
  };
}

function blockDevices(instance: Instance): Entry {
  const others = instance.blockDevices.filter(({ deviceName }) => deviceName !== instance.rootDeviceName);
  return {
    ami: instance.rootDeviceName,
    ...Object.fromEntries(others.map(({ deviceName }, index) => [`ebs${index + 1}`, deviceName])),
    root: instance.rootDeviceName,
  };
}

const networkInterface = (instance: Instance): Entry => ({
  'interface-id': instance.networkInterfaceId,
  'local-ipv4s': instance.privateIp,
  ...(instance.publicIp ? { 'public-ipv4s': instance.publicIp } : {}),
  'security-group-ids': instance.securityGroupIds.join('\n'),
  'subnet-id': instance.subnetId,
  'vpc-id': VPC_ID,
});

function identityDocument(instance: Instance): string {
  const document = {
    accountId: ACCOUNT_ID,
    architecture: 'x86_64',
    availabilityZone: instance.zone,
    billingProducts: null,
    devpayProductCodes: null,
    marketplaceProductCodes: null,
    imageId: instance.imageId,
    instanceId: instance.id,
    instanceType: instance.type.name,
    kernelId: null,
    pendingTime: seconds(instance.launchTime),
    privateIp: instance.privateIp,
    ramdiskId: null,
    region: REGION,
    version: '2017-09-30',
  };
  return JSON.stringify(document, null, 2);
}
