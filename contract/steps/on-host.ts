import type { HostSettings } from '../installation';
import type { NodeRef } from '../run/ids';
import type { Lineage } from '../run/lineage';
import type { Notice } from '../run/messages';
import type { CheckpointRef } from '../run/status';

export interface ReachArgs {
  node: NodeRef;
  instanceId: string;
  region: string;
  startTimeoutSeconds: number;
  /** What the run was resolved with. Absent: the worker's own settings. */
  settings?: HostSettings;
}

/** What EC2 says of an instance that it takes, or will take. */
export type Ec2Word =
  | {
      kind: 'lost';
      /** In words, for people. */
      detail: string;
      /** EC2's StateReason code. */
      stateReason?: string;
    }
  | { kind: 'notice'; notice: Notice }
  /** Maintenance that is not near yet: it is shown, and ends nothing. */
  | { kind: 'scheduled'; notice: Notice };

export interface HearArgs {
  node: NodeRef;
  instanceId: string;
  region: string;
  /** Maintenance is near so long before its time. Seconds. Default: 900. */
  leadSeconds?: number;
  /** What has been answered of maintenance that is not near yet. Absent: of an older workflow, which is to hear of none. */
  scheduled?: Notice[];
  /** The notice has been answered: only a loss is news. */
  lossOnly?: true;
}

/** A host that answered. Small enough to travel in every later activity's arguments. */
export interface Host {
  node: NodeRef;
  instanceId: string;
  region: string;
  address: string;
  port: number;
  user: string;
  /** Which of the instance's addresses that is. Absent: the one that the worker's settings say. */
  addressKind?: HostSettings['address'];
  /** Facts for people: `python 3.11 · 4 cpus · uv 0.9`. */
  detail: string;
}

/** Activities on a host read the rest of what they need from `spec.json` in S3. */
export interface OnHost {
  host: Host;
  /** Before training, when no agent runs that could: long steps renew the host's lease while they work. */
  lease?: HostLease;
}

/** How long a host lives on when nothing renews it. */
export interface HostLease {
  seconds: number;
  /** Epoch seconds of the run's deadline plus grace, as the workflow knew it; the lease never reaches past it. */
  hostDeadline: number;
  /** Of `checkpoints.grace`: how far past the run's deadline that is. */
  graceSeconds: number;
}

export interface StepDone {
  detail: string;
  /** False when there was nothing to do. */
  did: boolean;
  /** What people should know of how it went. */
  warnings?: string[];
}

export interface RestoreArgs extends OnHost {
  /** Absent: of an older workflow; nothing is left out. */
  lineage?: Lineage;
}

export interface RestoreDone extends StepDone {
  checkpoint: CheckpointRef | null;
  /** Those that were passed over, and why. */
  damaged: string[];
}
