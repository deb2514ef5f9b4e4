import type { Placement } from '../../../contract';
import type { CallOptions } from '../call-options';

/** EC2's instance states. `gone` is ours: EC2 no longer knows the id, and it is too old to be merely invisible yet. */
export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped' | 'gone';

/** What DescribeInstances says of one instance, as far as trainctl reads it. */
export interface Instance {
  id: string;
  state: InstanceState;
  /** EC2's StateReason: why it is in this state. Often still absent while `shutting-down`. */
  stateReason?: { code: string; message: string };
  clientToken?: string;
  publicAddress?: string;
  privateAddress?: string;
  zone?: string;
  type?: string;
  spotRequestId?: string;
  /** Ids of the volumes that are mapped to it now. */
  volumeIds: string[];
  /** Epoch milliseconds of the last start. */
  launchedAt?: number;
  tags: Record<string, string>;
}

export interface Volume {
  id: string;
  state: string;
  instanceIds: string[];
  /** Epoch milliseconds. */
  createdAt?: number;
  tags: Record<string, string>;
}

export interface SpotRequest {
  id: string;
  /** `open`, `active`, `closed`, `cancelled`, `failed`, `disabled`. */
  state: string;
  /** EC2's status code, such as `instance-terminated-no-capacity`. */
  status?: string;
  /** Since when that is its status, epoch milliseconds. */
  statusAt?: number;
  instanceId?: string;
  /** Epoch milliseconds. */
  createdAt?: number;
  tags: Record<string, string>;
}

/** What EC2 will do to an instance on its own account: a reboot, a stop, a retirement. */
export interface ScheduledEvent {
  instanceId: string;
  /** `instance-stop`, `instance-reboot`, `instance-retirement`, `system-reboot`, `system-maintenance`. */
  code: string;
  /** Not before then, epoch milliseconds. */
  notBefore?: number;
}

export interface SpotPrice {
  instanceType: string;
  zone: string;
  hourlyUsd: number;
  /** Epoch milliseconds since when this price holds. */
  since: number;
}

export interface Image {
  id: string;
  name?: string;
  state?: string;
  /** Such as `/dev/sda1`; the name that the root disk must be mapped by. */
  rootDevice: string;
  /** Size of the root snapshot: the root disk may not be smaller. 0: unknown. */
  rootGiB: number;
  architecture?: string;
}

export interface Subnet {
  id: string;
  zone: string;
  vpcId?: string;
}

/** One RunInstances call for one instance, in trainctl's words. Nothing in it is random. */
export interface RunInstancesArgs {
  clientToken: string;
  imageId: string;
  instanceType: string;
  market: Placement['market'];
  /** Exactly one of zone and subnet decides where; the subnet wins. */
  zone: string;
  subnetId?: string;
  securityGroups: string[];
  /** Only meaningful with a subnet; without one the default VPC's subnets decide. */
  publicAddress?: boolean;
  rootDevice: string;
  diskGiB: number;
  /** Plain text; encoded here. */
  userData: string;
  tags: Record<string, string>;
}

/** What to describe. Tags are ANDed; an empty query is refused, because it would read a whole account. */
export interface InstanceQuery {
  ids?: string[];
  tags?: Record<string, string>;
  clientTokens?: string[];
  states?: InstanceState[];
}

/**
 * EC2, thin and typed: one method a call, pages joined, no policy. Every method throws the SDK's service errors as they
 * are; read them with {@link awsErrorCode} and {@link classify}. Throttled and failed calls are repeated by the SDK (3 tries),
 * except `runInstances`, which is sent once.
 */
export interface Ec2 {
  readonly region: string;
  /** The same account in another region. */
  in(region: string): Ec2;
  /** One instance, sent once (`maxAttempts: 1`): a refusal for capacity is an HTTP 500 that the SDK would repeat. */
  runInstances(args: RunInstancesArgs, options?: CallOptions): Promise<Instance>;
  /** By filters, also for ids: an unknown id is left out instead of failing the call. */
  describeInstances(query: InstanceQuery, options?: CallOptions): Promise<Instance[]>;
  terminateInstances(ids: string[], options?: CallOptions): Promise<void>;
  describeVolumes(tags: Record<string, string>, options?: CallOptions): Promise<Volume[]>;
  deleteVolume(id: string, options?: CallOptions): Promise<void>;
  describeSpotRequests(tags: Record<string, string>, options?: CallOptions): Promise<SpotRequest[]>;
  /** The requests that these instances were given for. */
  spotRequestsOf(instanceIds: string[], options?: CallOptions): Promise<SpotRequest[]>;
  /** What is scheduled for running instances of the account and not over; few have anything. */
  scheduledEvents(options?: CallOptions): Promise<ScheduledEvent[]>;
  cancelSpotRequests(ids: string[], options?: CallOptions): Promise<void>;
  /** The newest Linux price of each type and zone. */
  spotPrices(instanceTypes: string[], options?: CallOptions): Promise<SpotPrice[]>;
  /** Zones of this region that offer each type; a type that no zone offers is absent. */
  offeredZones(instanceTypes: string[], options?: CallOptions): Promise<Map<string, string[]>>;
  /** Takes an `ami-…` id, or `resolve:ssm:NAME`, which is read from the SSM parameter store. Undefined: no such image. */
  resolveImage(idOrAlias: string, options?: CallOptions): Promise<Image | undefined>;
  describeSubnets(ids: string[], options?: CallOptions): Promise<Subnet[]>;
  /** Ends idle connections, of all regions. */
  close(): void;
}
