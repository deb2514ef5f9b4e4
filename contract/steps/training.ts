import type { HostFinal } from '../host/attach';
import type { Lineage } from '../run/lineage';
import type { Notice } from '../run/messages';
import type { CheckpointRef } from '../run/status';
import type { OnHost } from './on-host';

export interface StartArgs extends OnHost {
  resumedFromStep: number | null;
  /** Epoch seconds. */
  leaseUntil: number;
  /** The same as a time from now. Absent: of an older workflow. */
  leaseSeconds?: number;
}

export interface SuperviseArgs extends OnHost {
  leaseSeconds: number;
  /** Epoch seconds of the run's deadline plus grace; the lease never reaches past it. */
  hostDeadline: number;
  unreachableSeconds: number;
  /** For the removal of old checkpoints while new ones come. */
  lineage?: Lineage;
}

export interface SuperviseResult {
  /**
   * `final`: the agent's last word was read. `lost`: EC2 shows the instance stopped or gone. `unreachable`: silent for
   * longer than the limit while EC2 shows it running.
   */
  kind: 'final' | 'lost' | 'unreachable';
  final?: HostFinal;
  notice?: Notice;
  /** EC2's StateReason code, when the instance was lost. */
  stateReason?: string;
  /** In words, for people. */
  detail: string;
  lastCheckpoint?: CheckpointRef;
  lastStep?: number;
  firstStep?: number;
  /** Its steps began anew while it ran. */
  stepsAnew?: true;
  /** A whole checkpoint was taken while the process ran, or it was seen to save more than once. */
  savedWhileRunning?: boolean;
}
