import type { Notice } from '../run/messages';
import type { Alert, MetricValue, NotFinite, Outlook, UnreadableLines } from '../run/metrics';
import type { NotKept } from '../run/not-kept';
import type { WriteGrants } from './grants';

/** Lines that `attach` reads. End of input only detaches. */
export type AttachCommand =
  /** The host may go on for `leaseSeconds`, by its own clock; `leaseUntil` is for agents of before. */
  | { t: 'renew'; leaseSeconds: number; leaseUntil: number; grants?: WriteGrants }
  | { t: 'stop'; mode: 'graceful' | 'now'; graceSeconds: number; reason?: StopReason }
  | { t: 'checkpoint' }
  /**
   * Parts that S3 does not have, though manifests of this attempt name them (sha256): the agent believes no longer that they are
   * there, and sends them again with its next checkpoint. At most {@link MISSING_A_LINE} of them.
   */
  | { t: 'missing'; parts: string[] }
  /**
   * URLs for a file that is too large for one POST, an answer to `large`: part `first` and on, of `count` parts of `partBytes`
   * (the last is shorter). More lines of the same kind follow until all are named.
   */
  | { t: 'parts'; id: string; partBytes: number; count: number; first: number; urls: string[] }
  /** The answer to `join`: the object is there. */
  | { t: 'joined'; id: string }
  /** The answer to either, when it cannot be: the file will not be in S3. */
  | { t: 'refused'; id: string; why: string };

/** An agent reads lines of at most a MiB. */
export const MISSING_A_LINE = 5000;

export type HostPhase = 'starting' | 'training' | 'stopping' | 'uploading' | 'final';

/** Lines that `attach` writes. */
export type AttachEvent =
  | {
      t: 'hello';
      epoch: number;
      phase: HostPhase;
      logBytes: number;
      logUploaded: number;
      step: number | null;
      final: HostFinal | null;
    }
  | { t: 'phase'; phase: HostPhase }
  | ({
      t: 'beat';
      logBytes: number;
      logUploaded: number;
      step: number | null;
      metrics: Record<string, MetricValue> | null;
      /** The first step that it reported; absent from older agents. */
      firstStep?: number | null;
      /** Its steps have begun anew since; absent: they have not. */
      stepsAnew?: true;
      /** Bytes that S3's connections have taken in all, or that were read for hashes of large files; once the process has ended. */
      sent?: number;
    } & Outlook)
  | {
      t: 'checkpoint';
      /** Null: neither a name nor a metrics line says one. */
      step: number | null;
      /** Counted from 1 in each attempt. */
      number?: number;
      /** When it was taken, ISO 8601. */
      at?: string;
      /** Why it is not known to be whole; absent: it is. */
      suspect?: string;
      key: string;
      bytes: number;
      seconds: number;
      why: 'periodic' | 'asked' | 'notice' | 'stop' | 'exit';
    }
  | { t: 'checkpoint-failed'; message: string }
  /** Said again to whoever attaches. */
  | ({ t: 'alert' } & Alert)
  | { t: 'notice'; notice: Notice }
  /** Maintenance that is not near yet: nothing is done for it. Null: it is off. Said again to whoever attaches. */
  | { t: 'scheduled'; notice: Notice | null }
  /** What people should know; said again to whoever attaches. */
  | { t: 'warning'; message: string }
  | { t: 'exit'; code: number | null; signal: string | null; stoppedBy: StoppedBy | null }
  | { t: 'upload'; done: number; total: number }
  /** A file of output `index` needs more than one POST. Said again to whoever attaches, until it is answered. */
  | ({ t: 'large' } & LargeFile)
  /** All of its parts are in S3. `etags` is the sha256 of their ETags, in quotes, in order and without anything between. */
  | ({ t: 'join'; etags: string } & LargeFile)
  | { t: 'final'; final: HostFinal }
  /** A newer epoch has attached: this one renews nothing any more. */
  | { t: 'superseded'; epoch: number };

/** A file that is too large for one POST (5 GiB). */
export interface LargeFile {
  /** Of the question; the answer carries it. */
  id: string;
  /** Of the output in the spec. */
  index: number;
  /** Below the output's prefix, or the node's. */
  name: string;
  bytes: number;
  /** Below the node's prefix, whatever the output says: its destination has refused the file. */
  own?: true;
}

/**
 * `alert`: a rule of the spec's `alerts`, such as `nan: stop`. `rebalance`: nobody; the process ended by itself when it read in the stop
 * file that EC2 recommends to leave the instance.
 */
export type StoppedBy = 'stop' | 'notice' | 'lease' | 'alert' | 'rebalance';

/** Why a run ends a training: a person or Temporal (`stop`), or one of its limits. */
export type StopReason = 'stop' | 'deadline' | 'budget';

/**
 * How long the last uploads of a host may go on after the end of its process, while bytes move: so long a stop and the host's
 * dead-man timer wait. Seconds.
 */
export const LAST_UPLOAD_SECONDS = 900;

/** The agent's last word: the process is over and everything it left is in S3, or is said not to be. */
export interface HostFinal {
  /** The instance that says it; absent from older agents. */
  instance?: string;
  code: number | null;
  signal: string | null;
  stoppedBy: StoppedBy | null;
  /** The last lines of stderr (or of the whole log when stderr was silent), at most 2 KiB. */
  tail: string;
  logBytes: number;
  logUploaded: number;
  step: number | null;
  /** The first step that it reported; absent from older agents. */
  firstStep?: number | null;
  /** Its steps began anew while it ran; absent: they did not. */
  stepsAnew?: true;
  metrics: Record<string, MetricValue> | null;
  notFinite?: NotFinite[];
  unreadable?: UnreadableLines;
  alerts?: Alert[];
  /** While it ran it saved more than once, uploaded or not; absent when that was not seen, and from older agents. */
  savedAgain?: boolean;
  /** What it was stopped for, by an alert: `loss became NaN at step 4`. */
  stopAlert?: string;
  checkpoint: {
    step: number | null;
    key: string;
    bytes: number;
    number?: number;
    at?: string;
    suspect?: string;
  } | null;
  /** `instead`: those that the destination of the output refused, and that are below the node's prefix. */
  outputs: { index: number; files: number; bytes: number; instead?: { files: number; bytes: number } }[];
  /** What could not be uploaded, in words; empty when all is in S3. */
  problems: string[];
  /** What else people should know. */
  warnings?: string[];
  /** Why files that were to be kept are in no bucket; absent when all are. */
  outputsLost?: string;
  notKept?: NotKept;
  notice: Notice | null;
  /** True: the agent itself died (a reboot, a kill) and this word was made from what it had left; nothing trains any more. */
  lost?: boolean;
}
