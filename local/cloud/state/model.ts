import type { InstanceType } from '../catalog/types';

/** Instance states and their codes (the low byte of EC2's 16-bit value). */
export const STATE_CODES = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
} as const;

export type StateName = keyof typeof STATE_CODES;
export type Market = 'spot' | 'on-demand';
export type ShutdownBehavior = 'stop' | 'terminate';

export interface StateReason {
  code: string;
  message: string;
}

export interface BlockDevice {
  deviceName: string;
  volumeId: string;
  deleteOnTermination: boolean;
  attachTime: Date;
}

export interface MetadataOptions {
  httpTokens: 'required' | 'optional';
  httpEndpoint: 'enabled' | 'disabled';
  hopLimit: number;
  instanceMetadataTags: 'enabled' | 'disabled';
}

/** What EC2 has announced to an instance. */
export interface Interruption {
  action: 'terminate' | 'stop' | 'hibernate';
  /** When the instance is taken. */
  time: Date;
}

export interface MaintenanceEvent {
  id: string;
  code: string;
  description: string;
  notBefore: Date;
  notAfter: Date;
  state: 'active' | 'completed' | 'canceled';
}

export interface Instance {
  id: string;
  /** Order of creation; pages follow it. */
  seq: number;
  reservationId: string;
  launchIndex: number;
  clientToken: string;
  imageId: string;
  type: InstanceType;
  zone: string;
  subnetId: string;
  securityGroupIds: string[];
  networkInterfaceId: string;
  /** Absent in what older clouds saved. */
  networkInterfaceTags?: Map<string, string>;
  macAddress: string;
  keyName: string | undefined;
  privateIp: string;
  /** Shown from running on; released on stop. */
  publicIp: string | undefined;
  state: StateName;
  stateReason: StateReason | undefined;
  /** StateTransitionReason. */
  transitionReason: string;
  /** Of the last start. */
  launchTime: Date;
  market: Market;
  spotRequestId: string | undefined;
  userData: Buffer | undefined;
  shutdownBehavior: ShutdownBehavior;
  disableApiTermination: boolean;
  disableApiStop: boolean;
  ebsOptimized: boolean;
  monitoring: boolean;
  metadata: MetadataOptions;
  rootDeviceName: string;
  blockDevices: BlockDevice[];
  tags: Map<string, string>;
  /** Milliseconds since the epoch before which Describe calls do not show it (eventual consistency on demand). */
  visibleFrom: number;
  terminatedAt: Date | undefined;
  interruption: Interruption | undefined;
  rebalanceAt: Date | undefined;
  maintenance: MaintenanceEvent[];
  /** Faults that this instance was created with. */
  noBoot: boolean;
  wrongHostKey: boolean;
}

export interface Volume {
  id: string;
  seq: number;
  sizeGiB: number;
  type: string;
  iops: number | undefined;
  throughput: number | undefined;
  encrypted: boolean;
  kmsKeyId: string | undefined;
  snapshotId: string | undefined;
  zone: string;
  createTime: Date;
  state: 'creating' | 'available' | 'in-use' | 'deleting';
  attachment:
    | { instanceId: string; deviceName: string; state: string; attachTime: Date; deleteOnTermination: boolean }
    | undefined;
  tags: Map<string, string>;
}

export type SpotRequestState = 'open' | 'active' | 'closed' | 'cancelled' | 'failed' | 'disabled';

export interface SpotRequest {
  id: string;
  seq: number;
  instanceId: string | undefined;
  state: SpotRequestState;
  statusCode: string;
  statusMessage: string;
  statusTime: Date;
  createTime: Date;
  type: 'one-time' | 'persistent';
  interruptionBehavior: 'terminate' | 'stop' | 'hibernate';
  /** Dollars per hour, six decimals. */
  maxPrice: string;
  instanceType: string;
  imageId: string;
  keyName: string | undefined;
  subnetId: string;
  securityGroupIds: string[];
  zone: string;
  validUntil: Date | undefined;
  tags: Map<string, string>;
}
