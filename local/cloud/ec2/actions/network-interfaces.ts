import { randomBytes } from 'node:crypto';
import { ACCOUNT_ID, DEFAULT_GROUP, VPC_ID, zoneOfSubnet } from '../../catalog/network';
import { newId } from '../../state/ids';
import type { NetworkInterface } from '../../state/resources';
import type { Store } from '../../state/store';
import { type Actions, type Body, type Call, VOID } from '../action';
import { applyFilters, type FilterTable, tagged } from '../filters';
import { type AnyInterface, allInterfaces } from '../interfaces';
import { findAll } from '../lookup';
import { page, seqKey } from '../paging';
import { Ec2Error, errors } from '../protocol/errors';
import { type Groups, renderGroups, renderInterface, renderTags } from '../render/instance';
import { readTagSpecification } from '../tags';

const statusOf = ({ instance }: AnyInterface): string => (instance ? 'in-use' : 'available');

const FILTERS: FilterTable<AnyInterface> = tagged({
  'attachment.instance-id': ({ instance }) => instance?.id,
  'attachment.status': ({ instance }) => instance && (instance.state === 'pending' ? 'attaching' : 'attached'),
  'availability-zone': (each) => each.zone,
  description: (each) => each.description,
  'group-id': (each) => each.securityGroupIds,
  'mac-address': (each) => each.macAddress,
  'network-interface-id': (each) => each.id,
  'owner-id': () => ACCOUNT_ID,
  'private-ip-address': (each) => each.privateIp,
  status: statusOf,
  'subnet-id': (each) => each.subnetId,
  'vpc-id': () => VPC_ID,
});

function describeInterfaces({ cloud, params }: Call): Body {
  const ids = params.list('NetworkInterfaceId');
  const all = allInterfaces(cloud.store);
  const named = ids.length > 0 ? findAll('networkInterface', ids, (id) => all.find((each) => each.id === id)) : all;
  const found = applyFilters(params, FILTERS, named);
  const { items, nextToken } = page(params, 'networkInterfaces', found, (each) => seqKey(each.seq), ids.length > 0);
  return { networkInterfaceSet: items.map((each) => render(each, cloud.store.securityGroups)), nextToken };
}

/** As an instance shows its own, and what only this call tells. */
function render(each: AnyInterface, groups: Groups): Body {
  const own: Body = {
    availabilityZone: each.zone,
    requesterManaged: false,
    tagSet: renderTags(each.tags),
    ipv6AddressesSet: [],
  };
  if (each.instance) {
    const shown = renderInterface(each.instance, groups);
    const attachment = { ...(shown.attachment as Body), instanceId: each.instance.id, instanceOwnerId: ACCOUNT_ID };
    return { ...shown, attachment, ...own };
  }
  return {
    networkInterfaceId: each.id,
    subnetId: each.subnetId,
    vpcId: VPC_ID,
    description: each.description,
    ownerId: ACCOUNT_ID,
    status: statusOf(each),
    macAddress: each.macAddress,
    privateIpAddress: each.privateIp,
    sourceDestCheck: true,
    groupSet: renderGroups(groups, each.securityGroupIds),
    privateIpAddressesSet: [{ privateIpAddress: each.privateIp, primary: true }],
    interfaceType: 'interface',
    ...own,
  };
}

function createInterface(call: Call): Body {
  const { cloud, params } = call;
  const subnetId = params.required('SubnetId');
  const zone = zoneOfSubnet(subnetId);
  if (!zone) throw new Ec2Error('InvalidSubnetID.NotFound', `The subnet ID '${subnetId}' does not exist`);
  const groups = params.list('SecurityGroupId');
  findAll('securityGroup', groups, (id) => cloud.store.securityGroups.get(id));
  const tags = readTagSpecification(params, 'network-interface');
  const privateIp = params.string('PrivateIpAddress') ?? freeAddress(cloud.store, zone.cidr);
  call.proceed();
  const made: NetworkInterface = {
    id: newId('networkInterface'),
    seq: cloud.store.nextSeq(),
    description: params.string('Description') ?? '',
    zone: zone.name,
    subnetId,
    securityGroupIds: groups.length > 0 ? groups : [DEFAULT_GROUP.id],
    macAddress: ['0a', ...[...randomBytes(5)].map((byte) => byte.toString(16).padStart(2, '0'))].join(':'),
    privateIp,
    tags,
  };
  cloud.store.networkInterfaces.set(made.id, made);
  return { networkInterface: { ...render(made, cloud.store.securityGroups), status: 'pending' } };
}

/** The next one of the subnet; EC2 keeps the first four for itself. */
function freeAddress(store: Store, cidr: string): string {
  const taken = new Set([...store.networkInterfaces.values()].map((each) => each.privateIp));
  const [first = 172, second = 31, third = 0] = cidr.split('.').map(Number);
  for (let n = 4; n < 4091; n++) {
    const address = `${first}.${second}.${third + (n >> 8)}.${n & 255}`;
    if (!taken.has(address)) return address;
  }
  throw new Ec2Error('InsufficientFreeAddressesInSubnet', 'The subnet has no free addresses left.');
}

function deleteInterface(call: Call): Body {
  const { cloud, params } = call;
  const all = allInterfaces(cloud.store);
  const id = params.required('NetworkInterfaceId');
  const [found] = findAll('networkInterface', [id], () => all.find((each) => each.id === id));
  if (found?.instance) throw errors.invalidValue(`Network interface '${id}' is currently in use.`);
  call.proceed();
  cloud.store.networkInterfaces.delete(id);
  return VOID;
}

export const networkInterfaceActions: Actions = {
  DescribeNetworkInterfaces: {
    parameters: ['Filter', 'NetworkInterfaceId', 'MaxResults', 'NextToken'],
    run: describeInterfaces,
  },
  CreateNetworkInterface: {
    parameters: ['SubnetId', 'Description', 'PrivateIpAddress', 'SecurityGroupId', 'TagSpecification', 'ClientToken'],
    required: ['SubnetId'],
    run: createInterface,
  },
  DeleteNetworkInterface: { parameters: ['NetworkInterfaceId'], run: deleteInterface },
};
