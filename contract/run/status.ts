import type { Cut, StillCosts } from './cut';
import type { NodeRef } from './ids';
import type { Notice } from './messages';
import type { MetricValue, NotFinite, Outlook, UnreadableLines } from './metrics';
import type { NotKept } from './not-kept';
import type { Outcome } from './outcomes';
import type { LaunchTry, Placement } from './placement';

/** Where a run is. Shown in the CLI, the search attribute `TrainctlPhase` and the Temporal UI. */
export const PHASES = [
  'resolving',
  'launching',
  'waiting-for-capacity',
  'reaching',
  'preparing',
  'training',
  'stopping',
  'backing-off',
  /** The command has failed; the instance is kept for a while (`hold` of the spec). */
  'held',
  'cleaning-up',
  'ended',
] as const;

export type Phase = (typeof PHASES)[number];

/** The steps of an attempt that people watch, in their usual order; some run side by side. */
export type StageName = 'launch' | 'reach' | 'code' | 'setup' | 'inputs' | 'restore' | 'train' | 'cleanup';

export interface StageStatus {
  name: StageName;
  state: 'running' | 'done' | 'failed' | 'skipped';
  /** ISO 8601. */
  startedAt: string;
  endedAt?: string;
  /** One line of facts for people: `numpy 2.3.1 · venv 41 MB`. */
  detail?: string;
}

export interface CheckpointRef {
  /** The step that its newest file belongs to; null when nothing says one. */
  step: number | null;
  attempt: number;
  /** Object key of the manifest, in the installation's bucket. */
  key: string;
  bytes?: number;
  /** Of the attempt's checkpoints, counted from 1. Absent in what an older agent has left. */
  number?: number;
  /** When it was taken, ISO 8601. */
  at?: string;
  /** Why it is not known to be whole, and which file. Absent: it is whole. */
  suspect?: string;
  /**
   * Reports came so many steps apart when it was taken (at most so many, where a name says its step): a training that goes on from it
   * began no more than that before its first report. Absent: not known.
   */
  stepEvery?: number;
}

/** What came of asking for a checkpoint: it, or why there is none. */
export interface CheckpointAnswer {
  checkpoint?: CheckpointRef;
  /** Nothing new is in S3, or nothing at all, for this reason. */
  reason?: string;
}

export interface AttemptStatus {
  number: number;
  placement?: Placement;
  tries: LaunchTry[];
  instanceId?: string;
  /** `address:port` of its SSH server, once known. */
  address?: string;
  port?: number;
  user?: string;
  /** The host's public key in OpenSSH form (`ssh-ed25519 AAAA…`); known before the first connection. */
  hostKey?: string;
  stages: StageStatus[];
  notice?: Notice;
  /** Maintenance that EC2 has scheduled for the instance, and that is not near yet. */
  scheduled?: Notice;
  disconnectedSince?: string;
  /** Why there is no connection: silence, a refusal, or another host key, which is never connected to. */
  disconnectedWhy?: string;
  /** How the attempt ended, in a word, and in a sentence. */
  ended?: 'succeeded' | 'failed' | 'interrupted' | 'unreachable' | 'stopped' | 'not-started';
  reason?: string;
  exitCode?: number;
  /** The checkpoint that was put in place for it. Absent: it began at the beginning. */
  restored?: CheckpointRef;
  /** It ended by itself before it got past {@link restored}: that one is offered to no later attempt. */
  failedToResume?: true;
  /** The first and the last step that its training reported. */
  firstStep?: number;
  lastStep?: number;
  /** Its steps began anew while it ran, as those of an epoch do: they cannot be compared with those of another attempt. */
  stepsAnew?: true;
  /** The step that it really went on from, by what it reported. Absent while nothing was reported, and where that says no step. */
  resumedFromStep?: number;
  /**
   * Steps that an earlier attempt had reported and this one did again: as far as reports say, so at least so many. Absent while nothing
   * was reported, and where reports cannot be compared.
   */
  stepsLost?: number;
  lastCheckpoint?: CheckpointRef;
  /** When the launch was accepted, and when EC2 showed it gone (ISO 8601). */
  launchedAt?: string;
  terminatedAt?: string;
  costUsd: number;
}

/** The answer of the query `status`, and what `trainctl status --json` is made of. Only grows. */
export interface RunStatus {
  run: string;
  runKey: string;
  name: string;
  project: string;
  installation: string;
  cloud: 'local' | 'aws';
  region: string;
  bucket: string;
  /** Key prefix of the installation: empty, or ending in `/`. */
  prefix: string;
  phase: Phase;
  outcome?: Outcome;
  reason?: string;
  /** ISO 8601. */
  startedAt: string;
  endedAt?: string;
  deadlineAt?: string;
  maxCostUsd?: number;
  costUsd: number;
  /** What the same hours would have cost on demand. */
  onDemandUsd: number;
  attemptCount: number;
  interruptions: number;
  failures: number;
  attempts: AttemptStatus[];
  /** Attempts whose undo is verified: the reconciler may end whatever still carries their tags. */
  retiredAttempts?: number[];
  lastCheckpoint?: CheckpointRef;
  /** How often a checkpoint was asked for, and what came of the last time; without an answer while it is being taken. */
  checkpointAsked?: { count: number; answer?: CheckpointAnswer };
  /** The step that the last resumed attempt really went on from; absent while it has not reported any. */
  resumedFromStep?: number;
  finalStep?: number;
  lastMetrics?: Record<string, MetricValue>;
  /** Metrics of the last training attempt that were no finite numbers. */
  notFinite?: NotFinite[];
  /** Lines of its metrics that could not be read. */
  unreadableMetrics?: UnreadableLines;
  /** Training steps in all, as the spec says. */
  steps?: number;
  /** When the training will be at its last step, as its host said last; ISO 8601. Only while it trains. */
  etaAt?: string;
  /** The ending that has been asked for, while the run is still on its way to it. */
  ending?: { outcome: Outcome; reason: string; mode: 'graceful' | 'now' };
  /** Until when the instance of a failed run is kept, at the latest; ISO 8601. `release` ends it sooner. */
  heldUntil?: string;
  /** What is left and why, while undo has not been verified. */
  cleanupPending?: string;
  /** Temporal ended the run itself, as a person or a timeout asked: none of its own code ran any more. */
  cut?: Cut;
  /** What such a run still has in EC2; absent when that is nothing. */
  stillCosts?: StillCosts;
  /** It has cost that at least: nobody has seen until when an instance of it was there. Only of a run that Temporal ended itself. */
  leastUsd?: true;
  /** What people should know while the run goes on, such as 80 % of a limit; the last five. */
  warnings?: { /** ISO 8601. */ at: string; message: string }[];
  /** Where the files of each output are. One whose destination refused some has a second entry, for where those are. */
  outputs?: { from: string; to: string; files: number; bytes: number }[];
  /** What the last attempt's command wrote and no output took along. */
  notKept?: NotKept;
}

/** `live.json` of a node, rewritten by the agent every 2 s: what is too lively for a workflow's history. */
export interface Live extends Outlook {
  at: string;
  attempt: number;
  node: number;
  /** The instance that wrote it; absent from older agents. */
  instance?: string;
  phase: 'starting' | 'training' | 'stopping' | 'uploading' | 'final';
  step?: number;
  metrics?: Record<string, MetricValue>;
  notFinite?: NotFinite[];
  unreadable?: UnreadableLines;
  /** Bytes of log written by the process so far, and of those in S3. */
  logBytes: number;
  logUploaded: number;
  checkpoint?: { step: number | null; key: string; bytes: number; at: string; number?: number; suspect?: string };
  notice?: Notice;
  exit?: { code: number | null; signal: string | null };
}

/** The last line of `run --json` and of the demo. Only grows. */
export interface RunResult {
  outcome: Outcome;
  run: string;
  attemptCount: number;
  interruptions: number;
  /** Step that the last resumed attempt went on from, by its own reports; null: unknown, or none resumed. */
  resumedFromStep: number | null;
  /** Steps that were reported and then done again, over all attempts. Null: unknown; absent: there was no second attempt. */
  stepsLost?: number | null;
  finalStep: number | null;
  costUsd: number;
  /** It has cost that at least. */
  leastUsd?: true;
  /** Instances, volumes and spot requests of the run that EC2 still shows alive. */
  leftovers: number;
  /** From start to close of the workflow. */
  seconds: number;
  reason?: string;
  notKept?: NotKept;
}

/**
 * The short form of a run, an element of what `ls --json` prints; read from Temporal's visibility store, which may be a second
 * behind. Only grows.
 */
export interface RunListEntry {
  run: string;
  runKey: string;
  name: string;
  project: string;
  phase: Phase;
  outcome: Outcome | null;
  attemptCount: number;
  placement: string | null;
  /** Of an open run: as its host tells it. */
  step: number | null;
  /** What it has cost until now, US dollars; see {@link leastUsd}. */
  costUsd: number | null;
  /** ISO 8601. */
  startedAt: string;
  endedAt: string | null;
  cleanupPending: boolean;
  /** Temporal ended the run itself. */
  cut?: Cut;
  /** What such a run still has in EC2, by id; absent when that is nothing, or EC2 did not say. */
  stillCosts?: string[];
  /** The Temporal Schedule that started it; absent when something else did. */
  schedule?: string;
  /** It has cost that at least: the run does not answer, or Temporal has ended it itself and until when it cost money is not known. */
  leastUsd?: true;
  /** Temporal has forgotten the run (its retention is over): this is what the run left in S3. */
  forgotten?: true;
}

/** `summary.json`, written when a run closes. */
export interface Summary {
  run: NodeRef['workflowId'];
  runKey: string;
  status: RunStatus;
  result: RunResult;
}
