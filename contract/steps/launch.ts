import type { HostSettings } from '../installation';
import type { InstanceLimits } from '../names/limit-tags';
import type { NodeRef } from '../run/ids';
import type { Placement, RefusalKind } from '../run/placement';

export interface LaunchArgs {
  node: NodeRef;
  project: string;
  placement: Placement;
  /** Counted from 1 over the attempt; part of the client token. */
  try: number;
  imageId: string;
  diskGiB: number;
  sshKeys: string[];
  leaseSeconds: number;
  /** Epoch seconds; written in user data as the host's last moment if nobody renews it. */
  hostDeadline: number;
  /** `checkpoints.grace`: the host's own end waits for it, and for the last upload after it. Default 60. */
  graceSeconds?: number;
  /** Tagged, so that whoever looks can tell that the instance has outlived them. */
  limits?: InstanceLimits;
  /** What the run was resolved with. Absent: the worker's own settings. */
  settings?: HostSettings;
}

export type LaunchResult =
  | { kind: 'launched'; instanceId: string; clientToken: string; launchedAt: string; hostKey: string }
  | { kind: 'refused'; code: string; message: string; refusal: RefusalKind };
