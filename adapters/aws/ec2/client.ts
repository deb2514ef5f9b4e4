import {
  type _InstanceType,
  CancelSpotInstanceRequestsCommand,
  DeleteVolumeCommand,
  DescribeImagesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  type Filter,
  paginateDescribeInstanceStatus,
  paginateDescribeInstances,
  paginateDescribeInstanceTypeOfferings,
  paginateDescribeSpotInstanceRequests,
  paginateDescribeSpotPriceHistory,
  paginateDescribeVolumes,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { Settings } from '../../../contract';
import { type AnsweredAt, hearDates } from '../answered-at';
import { type CallOptions, http } from '../call-options';
import { awsErrorCode } from '../classify';
import { clientConfig } from '../clients';
import { EVENT_CODES, toImage, toInstance, toScheduledEvents, toSpotPrice, toSpotRequest, toVolume } from './convert';
import { instanceFilters, tagFilters } from './filters';
import { launchRequest } from './launch-request';
import { readParameter } from './parameters';
import type {
  Ec2,
  Image,
  Instance,
  InstanceQuery,
  RunInstancesArgs,
  ScheduledEvent,
  SpotPrice,
  SpotRequest,
  Subnet,
  Volume,
} from './types';

/**
 * EC2 in the settings' region; other regions by `in`. Clients are made when first used and kept until `close`. `heard` is told of the
 * time of each answer.
 */
export function createEc2(settings: Settings, heard: (answer: AnsweredAt) => void = () => undefined): Ec2 {
  const regions = new Map<string, Ec2>();
  const inRegion = (region: string): Ec2 => {
    const known = regions.get(region);
    if (known) return known;
    const close = (): void => {
      for (const each of regions.values()) if (each instanceof RegionalEc2) each.destroy();
    };
    const made = new RegionalEc2(settings, region, inRegion, close, heard);
    regions.set(region, made);
    return made;
  };
  return inRegion(settings.region);
}

/** The most that the paged Describe calls give at once. */
const PAGE = 1000;

class RegionalEc2 implements Ec2 {
  readonly #client: EC2Client;
  /** Repeats nothing by itself. */
  readonly #once: EC2Client;

  constructor(
    private readonly settings: Settings,
    readonly region: string,
    private readonly inRegion: (region: string) => Ec2,
    readonly close: () => void,
    heard: (answer: AnsweredAt) => void,
  ) {
    this.#client = new EC2Client(clientConfig(settings, 'ec2', region));
    this.#once = new EC2Client(clientConfig(settings, 'ec2', region, { maxAttempts: 1 }));
    for (const client of [this.#client, this.#once]) hearDates(client, heard);
  }

  in(region: string): Ec2 {
    return this.inRegion(region);
  }

  destroy(): void {
    this.#client.destroy();
    this.#once.destroy();
  }

  async runInstances(args: RunInstancesArgs, options: CallOptions = {}): Promise<Instance> {
    const reply = await this.#once.send(new RunInstancesCommand(launchRequest(args)), http(options));
    const instance = reply.Instances?.[0] && toInstance(reply.Instances[0]);
    if (!instance) throw new Error('EC2 accepted the launch, but its answer names no instance');
    return instance;
  }

  async describeInstances(query: InstanceQuery, options: CallOptions = {}): Promise<Instance[]> {
    const found: Instance[] = [];
    for (const Filters of instanceFilters(query)) {
      const pages = paginateDescribeInstances({ client: this.#client, pageSize: PAGE }, { Filters }, http(options));
      for await (const page of pages) {
        for (const reservation of page.Reservations ?? []) found.push(...all(reservation.Instances, toInstance));
      }
    }
    return found;
  }

  async terminateInstances(ids: string[], options: CallOptions = {}): Promise<void> {
    if (ids.length > 0) await this.#client.send(new TerminateInstancesCommand({ InstanceIds: ids }), http(options));
  }

  async describeVolumes(tags: Record<string, string>, options: CallOptions = {}): Promise<Volume[]> {
    const found: Volume[] = [];
    const config = { client: this.#client, pageSize: PAGE };
    for await (const page of paginateDescribeVolumes(config, { Filters: tagFilters(tags) }, http(options))) {
      found.push(...all(page.Volumes, toVolume));
    }
    return found;
  }

  async deleteVolume(id: string, options: CallOptions = {}): Promise<void> {
    await this.#client.send(new DeleteVolumeCommand({ VolumeId: id }), http(options));
  }

  describeSpotRequests(tags: Record<string, string>, options: CallOptions = {}): Promise<SpotRequest[]> {
    return this.#spotRequests(tagFilters(tags), options);
  }

  async spotRequestsOf(instanceIds: string[], options: CallOptions = {}): Promise<SpotRequest[]> {
    const found: SpotRequest[] = [];
    for (const filters of instanceFilters({ ids: instanceIds })) {
      found.push(...(await this.#spotRequests(filters, options)));
    }
    return found;
  }

  async #spotRequests(Filters: Filter[], options: CallOptions): Promise<SpotRequest[]> {
    const found: SpotRequest[] = [];
    const config = { client: this.#client, pageSize: PAGE };
    for await (const page of paginateDescribeSpotInstanceRequests(config, { Filters }, http(options))) {
      found.push(...all(page.SpotInstanceRequests, toSpotRequest));
    }
    return found;
  }

  async scheduledEvents(options: CallOptions = {}): Promise<ScheduledEvent[]> {
    const found: ScheduledEvent[] = [];
    const config = { client: this.#client, pageSize: PAGE };
    const input = { Filters: [{ Name: 'event.code', Values: EVENT_CODES }] };
    for await (const page of paginateDescribeInstanceStatus(config, input, http(options))) {
      for (const status of page.InstanceStatuses ?? []) found.push(...toScheduledEvents(status));
    }
    return found;
  }

  async cancelSpotRequests(ids: string[], options: CallOptions = {}): Promise<void> {
    if (ids.length === 0) return;
    await this.#client.send(new CancelSpotInstanceRequestsCommand({ SpotInstanceRequestIds: ids }), http(options));
  }

  async spotPrices(instanceTypes: string[], options: CallOptions = {}): Promise<SpotPrice[]> {
    if (instanceTypes.length === 0) return [];
    const newest = new Map<string, SpotPrice>();
    // From now on: EC2 then gives the last change before now, once for each type and zone.
    const input = {
      InstanceTypes: instanceTypes as _InstanceType[],
      ProductDescriptions: ['Linux/UNIX'],
      StartTime: new Date(),
    };
    const config = { client: this.#client, pageSize: PAGE };
    for await (const page of paginateDescribeSpotPriceHistory(config, input, http(options))) {
      for (const price of all(page.SpotPriceHistory, toSpotPrice)) {
        const key = `${price.instanceType} ${price.zone}`;
        if (price.since >= (newest.get(key)?.since ?? -1)) newest.set(key, price);
      }
    }
    return [...newest.values()];
  }

  async offeredZones(instanceTypes: string[], options: CallOptions = {}): Promise<Map<string, string[]>> {
    const zones = new Map<string, string[]>();
    if (instanceTypes.length === 0) return zones;
    const input = {
      LocationType: 'availability-zone' as const,
      Filters: [{ Name: 'instance-type', Values: instanceTypes }],
    };
    const config = { client: this.#client, pageSize: PAGE };
    for await (const page of paginateDescribeInstanceTypeOfferings(config, input, http(options))) {
      for (const { InstanceType: type, Location: zone } of page.InstanceTypeOfferings ?? []) {
        if (type && zone) zones.set(type, [...(zones.get(type) ?? []), zone].sort());
      }
    }
    return zones;
  }

  async resolveImage(idOrAlias: string, options: CallOptions = {}): Promise<Image | undefined> {
    const alias = /^resolve:ssm:(.+)$/.exec(idOrAlias)?.[1];
    const id = alias === undefined ? idOrAlias : await readParameter(this.settings, this.region, alias, options);
    if (id === undefined) return undefined;
    try {
      const reply = await this.#client.send(new DescribeImagesCommand({ ImageIds: [id] }), http(options));
      return reply.Images?.[0] && toImage(reply.Images[0]);
    } catch (error) {
      if (awsErrorCode(error)?.startsWith('InvalidAMIID.')) return undefined;
      throw error;
    }
  }

  async describeSubnets(ids: string[], options: CallOptions = {}): Promise<Subnet[]> {
    if (ids.length === 0) return [];
    const reply = await this.#client.send(new DescribeSubnetsCommand({ SubnetIds: ids }), http(options));
    return (reply.Subnets ?? []).flatMap((s) =>
      s.SubnetId && s.AvailabilityZone
        ? [{ id: s.SubnetId, zone: s.AvailabilityZone, ...(s.VpcId ? { vpcId: s.VpcId } : {}) }]
        : [],
    );
  }
}

const all = <A, B>(items: A[] | undefined, convert: (item: A) => B | undefined): B[] =>
  (items ?? []).flatMap((item) => convert(item) ?? []);
