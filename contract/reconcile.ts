import type { MovedLimits } from './names/limit-tags';
import { DEFAULT_INSTALLATION } from './names/temporal';

/** The workflow type of the reconciler, as a person types it in the Temporal UI. */
export const RECONCILE_TYPE = 'reconcile';

/** Id of the Temporal Schedule that the worker creates, and the beginning of the ids of its workflows. */
export const RECONCILE_SCHEDULE = 'trainctl-reconcile';

/** The Schedule of an installation: each has a reconciler of its own. */
export const reconcileSchedule = (installation: string): string =>
  installation === DEFAULT_INSTALLATION ? RECONCILE_SCHEDULE : `${RECONCILE_SCHEDULE}:${installation}`;

export type ResourceKind = 'instance' | 'volume' | 'spot-request';

/** Something that costs money and carries the tags of this installation. */
export interface FoundResource {
  kind: ResourceKind;
  id: string;
  region: string;
  /** EC2's word: `running`, `available`, `active`. */
  state: string;
  tags: Record<string, string>;
  /** Epoch milliseconds; absent when EC2 did not say. */
  createdAt?: number;
  /** Instances that a volume is attached to. */
  attachedTo?: string[];
}

/** What Temporal says of a workflow id, by DescribeWorkflowExecution; and, of an open run, what the run itself says. */
export type RunState =
  | {
      kind: 'open';
      /** Absent when no worker answers for the run. */
      runKey?: string;
      /** Attempts whose undo is verified. Absent when no worker answers for the run. */
      retired?: number[];
      /** Attempts that have ended, by the run's own word, and that it is ending everything of. */
      ended?: number[];
      /** What its limits were moved to, by its own word or by its memo, which Temporal tells though no worker answers. */
      limits?: MovedLimits;
    }
  | { kind: 'closed' }
  /** Temporal knows no such workflow: its retention is over, or it was deleted. */
  | { kind: 'unknown' }
  /** Temporal did not answer. */
  | { kind: 'silent'; why: string };

/** Why the reconciler leaves something alone, in words. Only grows. */
export const LEAVE_REASONS = {
  'not-ours': 'tagged by another installation or Temporal namespace',
  'no-run': 'names no run and attempt',
  protected: 'tagged trainctl:protected',
  persistent: 'tagged trainctl:persistent',
  going: 'on its way out already',
  attached: 'a disk that goes with its instance',
  'open-run': 'its run is open and has not retired that attempt',
  'no-answer': 'its run is open, and no worker answers for it',
  'temporal-silent': 'Temporal does not say how its run is',
  'too-young': 'Temporal knows no such run, but it is less than 10 minutes old',
} as const;
export type LeaveReason = keyof typeof LEAVE_REASONS;

/** Why the reconciler ends something, in words. Only grows. */
export const END_REASONS = {
  'closed-run': 'its run has closed',
  'unknown-run': 'Temporal knows no such run',
  'retired-attempt': 'its run had seen that attempt gone',
  'ended-attempt': 'its run is done with that attempt',
  'past-deadline': 'it has outlived the deadline of its run',
  'past-budget': 'it has outlived the budget of its run',
} as const;
export type EndReason = keyof typeof END_REASONS;

export type Judgement = { end: true; reason: EndReason } | { end: false; reason: LeaveReason };

/** One resource in a report. */
export interface JudgedResource {
  kind: ResourceKind;
  id: string;
  region: string;
  run: string;
  attempt?: number;
  reason: EndReason;
}

/** What was left alone, by reason. */
export interface LeftAlone {
  reason: LeaveReason;
  count: number;
  /** The first ten, each with its run: `i-0a1b (digits-7k2f, attempt 2)`. */
  examples: string[];
}

export interface ReconcileArgs {
  /** Says what it would end, and ends nothing. */
  dryRun?: boolean;
  /** Workflow id of a run that Temporal has ended: it alone is looked at, and again within the minute. Not together with `dryRun`. */
  run?: string;
}

/** What a pass of the reconciler did, and what it left alone. Only grows. */
export interface ReconcileResult {
  dryRun: boolean;
  installation: string;
  namespaceId: string;
  regions: string[];
  /** Instances, volumes and spot requests alive with this installation's tags. */
  seen: number;
  /** Ended and seen gone; with `dryRun`, what would be ended. The first fifty. */
  ended: JudgedResource[];
  endedCount: number;
  /** Asked to end, and not gone yet, or refused: the next pass looks again. The first ten. */
  pending: { id: string; run: string; why: string }[];
  pendingCount: number;
  leftAlone: LeftAlone[];
}

/** One look at all that carries the installation's tags. At most {@link MAX_TO_END} resources are named; `more` follow. */
export interface Survey {
  installation: string;
  namespaceId: string;
  regions: string[];
  seen: number;
  toEnd: JudgedResource[];
  more: number;
  leftAlone: LeftAlone[];
}

/** So that a survey stays below 16 KiB. */
export const MAX_TO_END = 60;

export interface EndArgs {
  /** The workflow id that the resources name. */
  run: string;
  /** Absent: where the installation launches. */
  regions?: string[];
}

export interface EndDone {
  ended: JudgedResource[];
  pending: { id: string; why: string }[];
  /** Whose resources were looked at, and where. */
  where?: Pick<Survey, 'installation' | 'namespaceId' | 'regions'>;
}

/** The steps of a reconciliation. */
export interface ReconcileActivities {
  /** Lists what carries this installation's and namespace's tags, and judges it. Ends nothing. */
  surveyResources(): Promise<Survey>;
  /**
   * Ends what nobody owns of one workflow id. Resources and run are read again just before each call, and judged again. Waits
   * until EC2 shows them gone, for a minute and a half at most. Refusals are answers.
   */
  endResources(args: EndArgs): Promise<EndDone>;
}

/** Such as `ended 2, 1 pending`: the search attribute `TrainctlOutcome` of a pass, so that a list tells which did something. */
export function reconcileOutcome({
  dryRun,
  endedCount,
  pendingCount,
}: Pick<ReconcileResult, 'dryRun' | 'endedCount' | 'pendingCount'>): string {
  if (dryRun) return endedCount > 0 ? `would end ${endedCount}` : 'nothing to end';
  const parts = [endedCount > 0 ? `ended ${endedCount}` : '', pendingCount > 0 ? `${pendingCount} pending` : ''];
  return parts.filter(Boolean).join(', ') || 'nothing to end';
}
