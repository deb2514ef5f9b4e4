import type { AlertKind } from './metrics';

/** `stop`: end the run with outcome `cancelled`. */
export interface StopArgs {
  /** `graceful`: TERM, the grace of the spec, a last checkpoint, outputs. `now`: KILL and terminate. */
  mode: 'graceful' | 'now';
}

/** `extend`: move the limits of a running run. Both are added, not absolute. */
export interface ExtendArgs {
  /** Seconds, or a duration such as `2h`. */
  duration?: number | string;
  costUsd?: number;
}

/** What `extend` answers: the limits now in force. */
export interface LimitsNow {
  /** ISO 8601. */
  deadlineAt: string;
  maxCostUsd?: number;
}

/**
 * A transition on a host, sent by `supervise` as a signal. Old ones (a lower epoch, or a lower sequence of the same epoch,
 * or an attempt that has retired) are dropped by the workflow.
 */
export interface HostEvent {
  attempt: number;
  node: number;
  epoch: number;
  sequence: number;
  event:
    | { kind: 'notice'; notice: Notice }
    /** Maintenance that is not near yet; null: it is off. */
    | { kind: 'scheduled'; notice: Notice | null }
    | { kind: 'disconnected'; why: string }
    | { kind: 'reconnected' /** Where the host is now, when it has moved. */; address?: string }
    /** The first step that the training reported; told of attempts after the first: it says where they really went on. */
    | { kind: 'first-step'; step: number }
    /** A checkpoint could not be made or uploaded; told once for each reason. */
    | { kind: 'checkpoint-failed'; why: string }
    /** Of the host's numbering, so that one that is told again is no news. */
    | { kind: 'alert'; number: number; alert: AlertKind; message: string }
    /** When the training will be at its last step, as fast as it goes; told seldom. Null: that is not known after all. */
    | { kind: 'eta'; at: string | null }
    /** What people should know while the run goes on; told once. */
    | { kind: 'warning'; message: string }
    /** The process is over, and bytes of its last checkpoint or outputs have been moving for some time. */
    | { kind: 'uploading' }
    /** They move no more. */
    | { kind: 'stalled' };
}

/**
 * Maintenance that EC2 has scheduled is obeyed so long before its time: enough for a last checkpoint, and for a successor that has
 * been launched before. Until then it is shown. Seconds; `graceSeconds` is that of the spec's checkpoints. The agent has the same rule.
 */
export const maintenanceLeadSeconds = (graceSeconds: number): number => Math.max(900, graceSeconds + 300);

/** EC2's word that it is about to take an instance, or has scheduled its maintenance. */
export interface Notice {
  source: 'spot' | 'maintenance';
  /** `terminate`, `stop`, `hibernate`, or the code of a scheduled maintenance. */
  action: string;
  /** When, ISO 8601. */
  time: string;
}
