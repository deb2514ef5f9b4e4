import type { StopReason } from '../host/attach';
import type { NodeRef, RunRef } from '../run/ids';
import type { Lineage } from '../run/lineage';
import type { CheckpointAnswer, RunResult, RunStatus } from '../run/status';
import type { LaunchArgs, LaunchResult } from './launch';
import type {
  Ec2Word,
  HearArgs,
  Host,
  HostLease,
  OnHost,
  ReachArgs,
  RestoreArgs,
  RestoreDone,
  StepDone,
} from './on-host';
import type { ResolveArgs, ResolveResult } from './resolve';
import type { StartArgs, SuperviseArgs, SuperviseResult } from './training';
import type { UndoArgs, UndoDone } from './undo';

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
  /**
   * Listens to EC2 beside the steps until training, and beside a hold: resolves when the instance is lost, when EC2 gives notice of a
   * spot instance, or when its maintenance is scheduled. Heartbeats, and waits as long as it takes; the workflow cancels it.
   */
  hearEc2(args: HearArgs): Promise<Ec2Word>;
  /** Brings the snapshot (or git commit) into the working directory. Heartbeats. */
  syncCode(args: OnHost): Promise<StepDone>;
  /** Installs requirements and runs the setup commands. A failed install is a non-retryable failure of type `failed`. */
  installDependencies(args: OnHost): Promise<StepDone>;
  fetchInputs(args: OnHost): Promise<StepDone>;
  /** Resolves once EC2 shows the node shutting-down, terminated or gone. Heartbeats, and waits as long as it takes. */
  awaitGone(args: { node: NodeRef; instanceId: string; region: string }): Promise<{ at: string }>;
  /** Finds the newest whole checkpoint of the run and puts it in place. */
  restoreCheckpoint(args: RestoreArgs): Promise<RestoreDone>;
  /** Renews the lease of a host on which nothing is at work: it waits until the attempt before can train no more. */
  renewLease(args: OnHost & { lease: HostLease }): Promise<void>;
  startTraining(args: StartArgs): Promise<{ pid: number; startedAt: string }>;
  /** Stays attached until the attempt is over; survives disconnects and workers. Own task queue; heartbeats. */
  supervise(args: SuperviseArgs): Promise<SuperviseResult>;
  /**
   * Tells the agent to stop the process; returns when it has been told, not when it has stopped. The answer is the host's last
   * word, when it has left one in S3 already: then there is nothing to stop.
   */
  stopTraining(
    args: OnHost & { mode: 'graceful' | 'now'; graceSeconds: number; reason?: StopReason },
  ): Promise<SuperviseResult | undefined>;
  /** Asks the agent for a checkpoint, and waits, within bounds, for it or for the reason why there is none. Heartbeats. */
  takeCheckpoint(args: OnHost): Promise<CheckpointAnswer>;
  /**
   * The undo of an attempt: terminates what carries run key and attempt, by tag and by client token, cancels its spot
   * requests, and returns only when EC2 shows nothing of it alive. Throws (retryably, with what is left in the message)
   * until then.
   */
  terminateAttempt(args: UndoArgs): Promise<UndoDone>;
  /** Asks EC2 what of the whole run is alive: instances, volumes, spot requests, by id. */
  countLeftovers(args: { run: RunRef; regions: string[] }): Promise<{ leftovers: string[] }>;
  /** Removes old checkpoints beyond the newest `keep` good ones of each lineage: manifests first, then parts. */
  pruneCheckpoints(args: { run: RunRef; keep: number; lineage?: Lineage }): Promise<{ removed: number }>;
  writeSummary(args: { run: RunRef; status: RunStatus; result: RunResult }): Promise<void>;
}
