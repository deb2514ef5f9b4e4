import type { HostEvent, HostFinal } from '../../../contract';

/** What happens to one attempt, in seconds from the start of its training unless said otherwise. */
export interface AttemptScript {
  /** How long the command runs. Default 60. */
  seconds?: number;
  /** Default 1. */
  stepsPerSecond?: number;
  /** A whole checkpoint that often. Default: only those that are asked for, and the one at the end. */
  checkpointEvery?: number;
  /** It writes metrics. Default: it does, one line for each step; `anew`: counted from 1 at each start. */
  reports?: false | 'anew';
  /** How it exits then. Default 0. */
  exitCode?: number;
  tail?: string;
  /** Between its exit and the last word of the agent, while outputs and the last of the log go up. Default 0. */
  uploads?: number;
  /** EC2 gives notice after so long; the agent sends TERM at once. */
  noticeAfter?: number;
  /** Between notice and loss. Default 120. */
  noticeSeconds?: number;
  /** The instance is gone after so long, without notice. */
  lostAfter?: number;
  stateReason?: string;
  /** The host is silent for good after so long, while EC2 shows it running. */
  silentAfter?: number;
  /** The host ends itself so long after supervision has last reached it. Default: never. */
  lease?: number;
  /** How long the command lives on after TERM. Default 0. */
  stopTakes?: number;
  /** Its exit code then. Default 143. */
  stopExitCode?: number;
  /** The command goes on after the TERM of a notice as if nothing had been said, and its agent says so. */
  ignoresNotice?: boolean;
  /** So long after its exit the uploads stand still for good; until then their bytes move. Default: never. */
  stallsAfter?: number;
  /** The agent hears nothing, as on a host that hangs. */
  deaf?: boolean;
  /** What supervision tells the run besides, in this order; `event` is given the moment, in epoch milliseconds. */
  tells?: { after: number; event: (now: number) => HostEvent['event'] }[];
  /** What the last word says besides. */
  final?: Partial<HostFinal>;
  /** Fails a step of the preparation. */
  fails?: {
    step: 'awaitReachable' | 'syncCode' | 'installDependencies' | 'fetchInputs' | 'restoreCheckpoint';
    type: string;
    message: string;
  };
}

export const DEFAULTS = {
  seconds: 60,
  stepsPerSecond: 1,
  exitCode: 0,
  tail: '',
  noticeSeconds: 120,
  stopTakes: 0,
  uploads: 0,
  stopExitCode: 143,
};
