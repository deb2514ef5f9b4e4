import type { NodeRef } from '../run/ids';
import type { Lineage } from '../run/lineage';
import type { CheckpointRef } from '../run/status';

export interface ReachArgs {
  node: NodeRef;
  instanceId: string;
  region: string;
  startTimeoutSeconds: number;
}

/** A host that answered. Small enough to travel in every later activity's arguments. */
export interface Host {
  node: NodeRef;
  instanceId: string;
  region: string;
  address: string;
  port: number;
  user: string;
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
}

export interface RestoreArgs extends OnHost {
  /** Absent: of an older workflow; nothing is left out. */
  lineage?: Lineage;
}

export interface InstallDone extends StepDone {
  /** What was seen of the code's dependencies and not installed, a sentence each; absent: nothing, or `setup` has commands of its own. */
  left?: string[];
}

export interface RestoreDone extends StepDone {
  checkpoint: CheckpointRef | null;
  /** Those that were passed over, and why. */
  damaged: string[];
}
