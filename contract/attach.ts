import type { WriteGrants } from './grants';
import type { Notice } from './messages';

/** Lines that `attach` reads. End of input only detaches. */
export type AttachCommand =
  | { t: 'renew'; leaseUntil: number; grants?: WriteGrants }
  | { t: 'stop'; mode: 'graceful' | 'now'; graceSeconds: number }
  | { t: 'checkpoint' };

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
  | {
      t: 'beat';
      logBytes: number;
      logUploaded: number;
      step: number | null;
      metrics: Record<string, number> | null;
      /** Bytes that S3's connections have taken in all; once the process has ended. */
      sent?: number;
    }
  | {
      t: 'checkpoint';
      step: number;
      key: string;
      bytes: number;
      seconds: number;
      why: 'periodic' | 'asked' | 'notice' | 'stop' | 'exit';
    }
  | { t: 'checkpoint-failed'; message: string }
  | { t: 'notice'; notice: Notice }
  | { t: 'exit'; code: number | null; signal: string | null; stoppedBy: StoppedBy | null }
  | { t: 'upload'; done: number; total: number }
  | { t: 'final'; final: HostFinal }
  /** A newer epoch has attached: this one renews nothing any more. */
  | { t: 'superseded'; epoch: number };

export type StoppedBy = 'stop' | 'notice' | 'lease';

/**
 * How long the last uploads of a host may go on after the end of its process, while bytes move: so long a stop and the host's
 * dead-man timer wait. Seconds.
 */
export const LAST_UPLOAD_SECONDS = 900;

/** The agent's last word: the process is over and everything it left is in S3, or is said not to be. */
export interface HostFinal {
  code: number | null;
  signal: string | null;
  stoppedBy: StoppedBy | null;
  /** The last lines of stderr (or of the whole log when stderr was silent), at most 2 KiB. */
  tail: string;
  logBytes: number;
  logUploaded: number;
  step: number | null;
  metrics: Record<string, number> | null;
  checkpoint: { step: number; key: string; bytes: number } | null;
  outputs: { index: number; files: number; bytes: number }[];
  /** What could not be uploaded, in words; empty when all is in S3. */
  problems: string[];
  notice: Notice | null;
  /** True: the agent itself died (a reboot, a kill) and this word was made from what it had left; nothing trains any more. */
  lost?: boolean;
}
