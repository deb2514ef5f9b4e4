import { findImage, type Image, imageOfParameter } from '../../catalog/images';
import { DEFAULT_GROUP, findZone, VPC_ID, ZONES, type Zone, zoneOfSubnet } from '../../catalog/network';
import { findInstanceType, type InstanceType, zonesOf } from '../../catalog/types';
import type { Market, MetadataOptions, ShutdownBehavior } from '../../state/model';
import type { Store } from '../../state/store';
import { Ec2Error, errors } from '../protocol/errors';
import type { Params } from '../protocol/params';
import { type LaunchResource, readTagSpecifications } from '../tags';
import { type LaunchDisk, readDisks } from './disks';
import { readSpotOptions, type SpotOptions } from './spot-options';

/** A RunInstances request that EC2 would take, capacity aside. */
export interface LaunchRequest {
  image: Image;
  type: InstanceType;
  min: number;
  max: number;
  market: Market;
  spot: SpotOptions | undefined;
  /** Given, by name or by subnet. */
  zone: Zone | undefined;
  /** Where EC2 may place it, in order. */
  zones: Zone[];
  securityGroupIds: string[];
  userData: Buffer | undefined;
  disks: LaunchDisk[];
  shutdownBehavior: ShutdownBehavior;
  disableApiTermination: boolean;
  disableApiStop: boolean;
  ebsOptimized: boolean;
  monitoring: boolean;
  metadata: MetadataOptions;
  tags: Record<LaunchResource, Map<string, string>>;
  clientToken: string;
}

const MAX_USER_DATA = 16_384;
const MAX_TOKEN = 64;

/** Validates in EC2's words. @throws Ec2Error */
export function readLaunchRequest(params: Params, store: Store): LaunchRequest {
  const type = readType(params);
  const image = readImage(params);
  const zone = readZone(params, type);
  const spot = readSpotOptions(params.struct('InstanceMarketOptions'), type, zone?.name);
  const shutdown = params.oneOf('InstanceInitiatedShutdownBehavior', ['stop', 'terminate'], 'stop');
  refuseKeyPair(params.string('KeyName'), store);
  return {
    image,
    type,
    ...readCounts(params),
    market: spot ? 'spot' : 'on-demand',
    spot,
    zone,
    zones: zone ? [zone] : zonesOf(type).flatMap((name) => findZone(name) ?? []),
    securityGroupIds: readGroups(params, store),
    userData: readUserData(params.string('UserData')),
    disks: readDisks(params, image),
    shutdownBehavior: shutdown,
    disableApiTermination: params.boolean('DisableApiTermination') ?? false,
    disableApiStop: params.boolean('DisableApiStop') ?? false,
    ebsOptimized: params.boolean('EbsOptimized') ?? false,
    monitoring: params.struct('Monitoring').boolean('Enabled') ?? false,
    metadata: readMetadataOptions(params.struct('MetadataOptions'), image),
    tags: readTagSpecifications(params),
    clientToken: readToken(params),
  };
}

/** Hosts get their keys by cloud-config: a launch with a key pair of EC2 is not modelled, and not ignored. */
function refuseKeyPair(name: string | undefined, { keyPairs }: Store): void {
  if (name === undefined) return;
  if (![...keyPairs.values()].some((pair) => pair.name === name)) {
    throw new Ec2Error('InvalidKeyPair.NotFound', `The key pair '${name}' does not exist`);
  }
  throw new Ec2Error('Unsupported', `The local cloud gives no key pair to its hosts: leave '${name}' out.`);
}

function readType(params: Params): InstanceType {
  const name = params.string('InstanceType') ?? 'm1.small';
  const type = findInstanceType(name);
  if (!type) throw errors.invalidValue(`Invalid value '${name}' for InstanceType.`);
  return type;
}

function readImage(params: Params): Image {
  const id = params.required('ImageId');
  const parameter = /^resolve:ssm:(.+)$/.exec(id)?.[1];
  if (parameter !== undefined) {
    const image = imageOfParameter(parameter);
    if (!image) throw errors.invalidValue(`The parameter ${parameter} could not be resolved: it does not exist.`);
    return image;
  }
  if (!/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) {
    throw new Ec2Error('InvalidAMIID.Malformed', `Invalid id: "${id}" (expecting "ami-...")`);
  }
  const image = findImage(id);
  if (!image) throw new Ec2Error('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`);
  return image;
}

/** The zone of the request, by subnet or by name; both must agree, and the type must be offered there. */
function readZone(params: Params, type: InstanceType): Zone | undefined {
  const name = params.struct('Placement').string('AvailabilityZone');
  const subnetId = params.string('SubnetId') ?? params.structs('NetworkInterface')[0]?.string('SubnetId');
  const bySubnet = subnetId === undefined ? undefined : zoneOfSubnet(subnetId);
  if (subnetId !== undefined && !bySubnet) {
    throw new Ec2Error('InvalidSubnetID.NotFound', `The subnet ID '${subnetId}' does not exist`);
  }
  const byName = name === undefined ? undefined : findZone(name);
  if (name !== undefined && !byName) throw errors.invalidValue(`Invalid availability zone: [${name}]`);
  if (bySubnet && byName && bySubnet !== byName) {
    throw errors.invalidValue(
      `The availability zone '${byName.name}' does not match the zone of subnet '${bySubnet.subnetId}'.`,
    );
  }
  const zone = bySubnet ?? byName;
  if (zone && !zonesOf(type).includes(zone.name)) {
    throw new Ec2Error(
      'Unsupported',
      `Your requested instance type (${type.name}) is not supported in your requested Availability Zone (${zone.name}). Please retry your request by not specifying an Availability Zone or choosing ${zonesOf(type).join(', ')}.`,
    );
  }
  return zone;
}

function readCounts(params: Params): { min: number; max: number } {
  const count = (name: string): number => {
    params.required(name);
    const value = params.integer(name) ?? 0;
    if (value < 1)
      throw errors.invalidValue(`Value (${value}) for parameter ${name} is invalid. Expecting a value greater than 0.`);
    return value;
  };
  const [min, max] = [count('MinCount'), count('MaxCount')];
  if (max < min) throw errors.invalidValue(`Maximum instance count (${max}) should be >= minimum (${min})`);
  return { min, max };
}

function readGroups(params: Params, { securityGroups }: Store): string[] {
  const ids = [
    ...params.list('SecurityGroupId'),
    ...(params.structs('NetworkInterface')[0]?.list('SecurityGroupId') ?? []),
  ];
  for (const id of ids) {
    if (!/^sg-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) {
      throw new Ec2Error('InvalidGroupId.Malformed', `Invalid id: "${id}" (expecting "sg-...")`);
    }
    if (!securityGroups.has(id)) {
      throw new Ec2Error('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
    }
  }
  const named = params.list('SecurityGroup').map((name) => {
    const group = [...securityGroups.values()].find((known) => known.name === name);
    if (group) return group.id;
    throw new Ec2Error(
      'InvalidGroup.NotFound',
      `The security group '${name}' does not exist in default VPC '${VPC_ID}'`,
    );
  });
  const all = [...new Set([...ids, ...named])];
  return all.length > 0 ? all : [DEFAULT_GROUP.id];
}

function readUserData(text: string | undefined): Buffer | undefined {
  if (text === undefined || text === '') return undefined;
  const bare = text.replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(bare) || bare.length % 4 !== 0) {
    throw new Ec2Error('InvalidUserData.Malformed', 'Invalid BASE64 encoding of user data');
  }
  const data = Buffer.from(bare, 'base64');
  if (data.length > MAX_USER_DATA) throw errors.invalidValue(`User data is limited to ${MAX_USER_DATA} bytes`);
  return data;
}

function readMetadataOptions(options: Params, image: Image): MetadataOptions {
  const onlyV2 = image.imdsSupport === 'v2.0';
  const hopLimit = options.integer('HttpPutResponseHopLimit') ?? (onlyV2 ? 2 : 1);
  if (hopLimit < 1 || hopLimit > 64) {
    throw errors.invalidValue(
      `Value (${hopLimit}) for parameter HttpPutResponseHopLimit is invalid. Expecting a value between 1 and 64.`,
    );
  }
  return {
    httpTokens: options.oneOf('HttpTokens', ['required', 'optional'], onlyV2 ? 'required' : 'optional'),
    httpEndpoint: options.oneOf('HttpEndpoint', ['enabled', 'disabled'], 'enabled'),
    hopLimit,
    instanceMetadataTags: options.oneOf('InstanceMetadataTags', ['enabled', 'disabled'], 'disabled'),
  };
}

function readToken(params: Params): string {
  const token = params.string('ClientToken') ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: any ASCII is allowed
  if (token.length > MAX_TOKEN || !/^[\u0000-\u007f]*$/.test(token)) {
    throw errors.invalidValue(
      `Value (${token}) for parameter clientToken is invalid. Must be at most ${MAX_TOKEN} ASCII characters.`,
    );
  }
  return token;
}

/** Whether EC2 scopes a request's client token to one zone: only when the request names it. */
export const tokenScope = (request: LaunchRequest): string => request.zone?.name ?? 'region';

/** Zones other than this one, for the advice in a refusal. */
export const otherZones = (type: InstanceType, zone: string): string[] =>
  zonesOf(type).filter((name) => name !== zone && ZONES.some((known) => known.name === name));
