import { ACCOUNT_ID, REGION, VPC_ID, ZONES, type Zone } from '../../catalog/network';
import type { Actions, Body, Call } from '../action';
import { applyFilters, type FilterTable } from '../filters';
import { type Listing, list } from '../listing';
import { Ec2Error } from '../protocol/errors';

const NO_TAGS = new Map<string, string>();

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

const PAGE_PARAMETERS = ['Filter', 'MaxResults', 'NextToken'];

export const networkActions: Actions = {
  DescribeSubnets: { parameters: [...PAGE_PARAMETERS, 'SubnetId'], run: describeSubnets },
  DescribeVpcs: { parameters: [...PAGE_PARAMETERS, 'VpcId'], run: describeVpcs },
  DescribeAvailabilityZones: {
    parameters: ['Filter', 'ZoneName', 'ZoneId', 'AllAvailabilityZones'],
    run: describeZones,
  },
  DescribeRegions: { parameters: ['Filter', 'RegionName', 'AllRegions'], run: describeRegions },
};
