import type { HostFinal } from './attach';
import type { NodeRef, RunRef } from './ids';
import type { Notice } from './messages';
import type { LaunchTry, Placement, RefusalKind } from './placement';
import type { RunSpec, SpecFault } from './spec';
import type { CheckpointRef, RunResult, RunStatus } from './status';

/**
 * What the steps of a run take and give. Workflows know activities by this interface alone. Every argument and answer stays
 * under 16 KiB; what is larger (listings, logs, manifests) stays between S3 and the host.
 */
export interface TrainingActivities {
  /** Validates the input, fills in defaults, finds image and prices, stores `spec.json`. Nothing is created in EC2. */
  resolveRun(args: ResolveArgs): Promise<ResolveResult>;
  /** One RunInstances call, at most. Refusals are answers; an unknown result is thrown, and undo must repeat the token. */
  launchInstance(args: LaunchArgs): Promise<LaunchResult>;
  /** Waits until the instance runs and its SSH server proves the expected host key; puts the agent there. Heartbeats. */
  awaitReachable(args: ReachArgs): Promise<Host>;
  /** Brings the snapshot (or git commit) into the working directory. Heartbeats. */
  syncCode(args: OnHost): Promise<StepDone>;
  /** Installs requirements and runs the setup commands. A failed install is a non-retryable failure of type `failed`. */
  installDependencies(args: OnHost): Promise<StepDone>;
  fetchInputs(args: OnHost): Promise<StepDone>;
  /** Resolves once EC2 shows the node shutting-down, terminated or gone. Heartbeats, and waits as long as it takes. */
  awaitGone(args: { node: NodeRef; instanceId: string; region: string }): Promise<{ at: string }>;
  /** Finds the newest whole checkpoint of the run and puts it in place. */
  restoreCheckpoint(args: OnHost): Promise<RestoreDone>;
  /** Renews the lease of a host on which nothing is at work: it waits until the attempt before can train no more. */
  renewLease(args: OnHost & { lease: HostLease }): Promise<void>;
  startTraining(args: StartArgs): Promise<{ pid: number; startedAt: string }>;
  /** Stays attached until the attempt is over; survives disconnects and workers. Own task queue; heartbeats. */
  supervise(args: SuperviseArgs): Promise<SuperviseResult>;
  /**
   * Tells the agent to stop the process; returns when it has been told, not when it has stopped. The answer is the host's last
   * word, when it has left one in S3 already: then there is nothing to stop.
   */
  stopTraining(args: OnHost & { mode: 'graceful' | 'now'; graceSeconds: number }): Promise<SuperviseResult | undefined>;
  takeCheckpoint(args: OnHost): Promise<void>;
  /**
   * The undo of an attempt: terminates what carries run key and attempt, by tag and by client token, cancels its spot
   * requests, and returns only when EC2 shows nothing of it alive. Throws (retryably, with what is left in the message)
   * until then.
   */
  terminateAttempt(args: UndoArgs): Promise<UndoDone>;
  /** Asks EC2 what of the whole run is alive: instances, volumes, spot requests, by id. */
  countLeftovers(args: { run: RunRef; regions: string[] }): Promise<{ leftovers: string[] }>;
  /** Removes old checkpoints beyond `keep`: manifests first, then parts. Never the newest. */
  pruneCheckpoints(args: { run: RunRef; keep: number }): Promise<{ removed: number }>;
  writeSummary(args: { run: RunRef; status: RunStatus; result: RunResult }): Promise<void>;
}

export interface ResolveArgs {
  /** Whatever the person typed; validated here, never before. */
  input: unknown;
  workflowId: string;
  /** Of the execution that asks, not of the first in its chain. */
  runId: string;
}

export type ResolveResult =
  | {
      kind: 'invalid';
      faults: SpecFault[];
      message: string;
      /** Whether the settings name a webhook. */
      webhook?: true;
    }
  | {
      kind: 'ok';
      run: RunRef;
      spec: RunSpec;
      placements: Placement[];
      cloud: 'local' | 'aws';
      region: string;
      bucket: string;
      prefix: string;
      imageId: string;
      /** Dollars per GiB and month of the root disk. */
      diskUsdPerGiBMonth: number;
      /** Login user of the image. */
      user: string;
      /** Whether the settings name a webhook. */
      webhook?: true;
    };

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
}

export type LaunchResult =
  | { kind: 'launched'; instanceId: string; clientToken: string; launchedAt: string; hostKey: string }
  | { kind: 'refused'; code: string; message: string; refusal: RefusalKind };

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

export interface RestoreDone extends StepDone {
  checkpoint: CheckpointRef | null;
  damaged: string[];
}

export interface StartArgs extends OnHost {
  resumedFromStep: number | null;
  leaseUntil: number;
}

export interface SuperviseArgs extends OnHost {
  leaseSeconds: number;
  /** Epoch seconds of the run's deadline plus grace; the lease never reaches past it. */
  hostDeadline: number;
  unreachableSeconds: number;
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
}

export interface UndoArgs {
  run: RunRef;
  attempt: number;
  regions: string[];
  /** The launch calls that EC2 has not refused: their client tokens find an instance whose tags are not visible yet. */
  launches: { node: number; placement: Placement; try: number }[];
  /** A launch whose result is unknown: repeated with the same token before anything is called gone. */
  unknownLaunch?: LaunchArgs;
}

export interface UndoDone {
  terminated: string[];
  /** When EC2 showed the last of it gone; ISO 8601. */
  at: string;
  detail: string;
}

/** Types of the failures that activities throw. The workflow decides by these, never by message. */
export const FAILURES = {
  /** The user's code or setup failed: never retried by Temporal. Outcome `failed`. */
  failed: 'failed',
  /** The instance is gone or going. Outcome of the attempt: interrupted. */
  instanceLost: 'instance-lost',
  /** SSH did not answer in time. */
  unreachable: 'unreachable',
  /** The host proved another key than the expected one. */
  hostKeyMismatch: 'host-key-mismatch',
  /** Undo has not succeeded yet. */
  cleanupPending: 'cleanup-pending',
} as const;

export type { LaunchTry };
