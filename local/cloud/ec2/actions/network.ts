import {
  ACCOUNT_ID,
  REGION,
  SECURITY_GROUPS,
  type SecurityGroup,
  VPC_ID,
  ZONES,
  type Zone,
} from '../../catalog/network';
import type { Actions, Body, Call } from '../action';
import { applyFilters, type FilterTable } from '../filters';
import { type Paged, page } from '../paging';
import { Ec2Error } from '../protocol/errors';
import type { Params } from '../protocol/params';

const NO_TAGS = new Map<string, string>();

/** Describe calls of the fixed network: ids, filters, pages, all alike. */
interface Listing<T> {
  kind: Paged;
  idParameter: string;
  id(entity: T): string;
  entities: readonly T[];
  filters: FilterTable<T>;
  missing(id: string): Ec2Error;
}

function list<T>(params: Params, listing: Listing<T>): { items: T[]; nextToken: string | undefined } {
  const ids = params.list(listing.idParameter);
  const missing = ids.find((id) => !listing.entities.some((entity) => listing.id(entity) === id));
  if (missing !== undefined) throw listing.missing(missing);
  const named = listing.entities.filter((entity) => ids.length === 0 || ids.includes(listing.id(entity)));
  return page(params, listing.kind, applyFilters(params, listing.filters, named), listing.id, ids.length > 0);
}

/** Nothing here has tags: their filters match nothing. */
const untagged = { 'tag-key': () => [...NO_TAGS.keys()] };

const SUBNETS: Listing<Zone> = {
  kind: 'subnets',
  idParameter: 'SubnetId',
  id: (zone) => zone.subnetId,
  entities: ZONES,
  filters: {
    ...untagged,
    'availability-zone': (zone) => zone.name,
    'availability-zone-id': (zone) => zone.id,
    'cidr-block': (zone) => zone.cidr,
    'default-for-az': () => true,
    state: () => 'available',
    'subnet-id': (zone) => zone.subnetId,
    'vpc-id': () => VPC_ID,
  },
  missing: (id) => new Ec2Error('InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`),
};

function describeSubnets({ params }: Call): Body {
  const { items, nextToken } = list(params, SUBNETS);
  const subnetSet = items.map((zone) => ({
    subnetId: zone.subnetId,
    subnetArn: `arn:aws:ec2:${REGION}:${ACCOUNT_ID}:subnet/${zone.subnetId}`,
    state: 'available',
    ownerId: ACCOUNT_ID,
    vpcId: VPC_ID,
    cidrBlock: zone.cidr,
    ipv6CidrBlockAssociationSet: [],
    availableIpAddressCount: 4091,
    availabilityZone: zone.name,
    availabilityZoneId: zone.id,
    defaultForAz: true,
    mapPublicIpOnLaunch: true,
    assignIpv6AddressOnCreation: false,
  }));
  return { subnetSet, nextToken };
}

const GROUPS: Listing<SecurityGroup> = {
  kind: 'securityGroups',
  idParameter: 'GroupId',
  id: (group) => group.id,
  entities: SECURITY_GROUPS,
  filters: {
    ...untagged,
    description: (group) => group.description,
    'group-id': (group) => group.id,
    'group-name': (group) => group.name,
    'ip-permission.from-port': () => 22,
    'owner-id': () => ACCOUNT_ID,
    'vpc-id': () => VPC_ID,
  },
  missing: (id) => new Ec2Error('InvalidGroup.NotFound', `The security group '${id}' does not exist`),
};

function describeGroups({ params }: Call): Body {
  const names = params.list('GroupName');
  const { items, nextToken } = list(params, GROUPS);
  const securityGroupInfo = items
    .filter((group) => names.length === 0 || names.includes(group.name))
    .map((group) => ({
      ownerId: ACCOUNT_ID,
      groupId: group.id,
      groupName: group.name,
      groupDescription: group.description,
      vpcId: VPC_ID,
      ipPermissions: [
        { ipProtocol: 'tcp', fromPort: 22, toPort: 22, groups: [], ipRanges: [{ cidrIp: '127.0.0.0/8' }] },
      ],
      ipPermissionsEgress: [{ ipProtocol: '-1', groups: [], ipRanges: [{ cidrIp: '0.0.0.0/0' }] }],
    }));
  return { securityGroupInfo, nextToken };
}

const VPCS: Listing<string> = {
  kind: 'vpcs',
  idParameter: 'VpcId',
  id: (id) => id,
  entities: [VPC_ID],
  filters: {
    ...untagged,
    cidr: () => '172.31.0.0/16',
    'is-default': () => true,
    isDefault: () => true,
    state: () => 'available',
    'vpc-id': (id) => id,
  },
  missing: (id) => new Ec2Error('InvalidVpcID.NotFound', `The vpc ID '${id}' does not exist`),
};

function describeVpcs({ params }: Call): Body {
  const { items, nextToken } = list(params, VPCS);
  const vpcSet = items.map((vpcId) => ({
    vpcId,
    ownerId: ACCOUNT_ID,
    state: 'available',
    cidrBlock: '172.31.0.0/16',
    dhcpOptionsId: 'default',
    instanceTenancy: 'default',
    isDefault: true,
  }));
  return { vpcSet, nextToken };
}

const ZONE_FILTERS: FilterTable<Zone> = {
  'region-name': () => REGION,
  state: () => 'available',
  'zone-id': (zone) => zone.id,
  'zone-name': (zone) => zone.name,
  'zone-type': () => 'availability-zone',
};

function describeZones({ params }: Call): Body {
  const [names, ids] = [params.list('ZoneName'), params.list('ZoneId')];
  const missing = names.find((name) => !ZONES.some((zone) => zone.name === name));
  if (missing !== undefined) {
    throw new Ec2Error('InvalidParameterValue', `Invalid availability zone: [${missing}]`);
  }
  const named = ZONES.filter(
    (zone) => (names.length === 0 || names.includes(zone.name)) && (ids.length === 0 || ids.includes(zone.id)),
  );
  const availabilityZoneInfo = applyFilters(params, ZONE_FILTERS, named).map((zone) => ({
    zoneName: zone.name,
    zoneState: 'available',
    regionName: REGION,
    messageSet: [],
    optInStatus: 'opt-in-not-required',
    zoneId: zone.id,
    groupName: `${REGION}-zg-1`,
    networkBorderGroup: REGION,
    zoneType: 'availability-zone',
  }));
  return { availabilityZoneInfo };
}

function describeRegions({ params }: Call): Body {
  const wrong = params.list('RegionName').find((name) => name !== REGION);
  if (wrong !== undefined) throw new Ec2Error('InvalidParameterValue', `Invalid region: [${wrong}]`);
  const filters: FilterTable<string> = {
    'region-name': (name) => name,
    endpoint: (name) => `ec2.${name}.amazonaws.com`,
  };
  const regionInfo = applyFilters(params, filters, [REGION]).map((regionName) => ({
    regionName,
    regionEndpoint: `ec2.${regionName}.amazonaws.com`,
    optInStatus: 'opt-in-not-required',
  }));
  return { regionInfo };
}

/** No key pairs exist here: hosts get their keys by cloud-config. */
function describeKeyPairs({ params }: Call): Body {
  const [name] = params.list('KeyName');
  if (name !== undefined) throw new Ec2Error('InvalidKeyPair.NotFound', `The key pair '${name}' does not exist`);
  return { keySet: [] };
}

const PAGE_PARAMETERS = ['Filter', 'MaxResults', 'NextToken'];

export const networkActions: Actions = {
  DescribeSubnets: { parameters: [...PAGE_PARAMETERS, 'SubnetId'], run: describeSubnets },
  DescribeSecurityGroups: { parameters: [...PAGE_PARAMETERS, 'GroupId', 'GroupName'], run: describeGroups },
  DescribeVpcs: { parameters: [...PAGE_PARAMETERS, 'VpcId'], run: describeVpcs },
  DescribeAvailabilityZones: {
    parameters: ['Filter', 'ZoneName', 'ZoneId', 'AllAvailabilityZones'],
    run: describeZones,
  },
  DescribeRegions: { parameters: ['Filter', 'RegionName', 'AllRegions'], run: describeRegions },
  DescribeKeyPairs: {
    parameters: ['Filter', 'KeyName', 'KeyPairId', 'IncludePublicKey'],
    run: describeKeyPairs,
  },
};
