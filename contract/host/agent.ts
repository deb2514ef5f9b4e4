import type { Notice } from '../run/messages';
import type { Alert, MetricValue, NotFinite, UnreadableLines } from '../run/metrics';
import type { AlertSpec } from '../run/spec';
import type { HostFinal, HostPhase, StoppedBy, StopReason } from './attach';
import type { Download, WriteGrants } from './grants';

/**
 * The agent's protocol. Each verb (`python3 trainctl_agent.pyz VERB`) reads one JSON document on stdin and writes JSON lines
 * on stdout: any number of {@link AgentProgress}, then one {@link AgentAnswer}. Exit code 0 with `result`, 1 with `error`.
 * `attach` is different: it stays, reads `AttachCommand` lines and writes `AttachEvent` lines (attach.ts).
 * docs/agent-protocol.md is the long form.
 */
export type AgentVerb =
  | 'probe'
  | 'sync'
  | 'install'
  | 'fetch'
  | 'restore'
  | 'start'
  | 'attach'
  | 'stop'
  | 'checkpoint'
  | 'status';

export interface AgentProgress {
  t: 'progress';
  message: string;
  done?: number;
  total?: number;
}

export type AgentAnswer<R> =
  | { t: 'result'; result: R }
  | { t: 'error'; code: AgentErrorCode; message: string; tail?: string };

/** Stable codes of what went wrong on the host. */
export type AgentErrorCode =
  | 'bad-request'
  /** A download or upload failed after its retries. */
  | 'transfer'
  /** S3 refused for good: the object is not there, or whoever signed may not read it. */
  | 'refused'
  /** A hash or size did not match. */
  | 'corrupt'
  /** An archive or a path that would leave its folder. */
  | 'hostile'
  | 'install-failed'
  | 'command-not-found'
  | 'disk-full'
  | 'not-started'
  | 'internal';

/** Folder of one node of one attempt on the host, relative to the login user's home. */
export const hostDir = (runKey: string, attempt: number, node: number): string =>
  `trainctl/${runKey}/${attempt}/${node}`;

/**
 * The agent's own path on the host, relative to home; its name carries the first 16 hex digits of its sha256. The dead-man
 * timer, also that of a host which an older release has launched, knows a working agent by it: it looks for
 * `trainctl/agent-[0-9a-f]*.py` in command lines.
 */
export const agentPath = (sha256: string): string => `trainctl/agent-${sha256.slice(0, 16)}.pyz`;

export interface ProbeResult {
  python: string;
  uv: string | null;
  cpus: number;
  memoryBytes: number;
  diskFreeBytes: number;
  gpus: string[];
}

export interface SyncRequest {
  dir: string;
  /** Null: an empty working directory. */
  archive: {
    url: string;
    sha256: string;
    bytes: number;
    /** The times of what is in it. Absent: as old as their copy here. */
    times?: { url: string; sha256: string };
  } | null;
}
export interface SyncResult {
  files: number;
  bytes: number;
}

export interface InstallRequest {
  dir: string;
  /** As in the spec: `auto`, `none` or a path. */
  requirements: string;
  commands: string[];
  env: Record<string, string>;
  secrets: Record<string, string>;
  /** The command, so that PEP 723 metadata of its script can be found. */
  command: string | string[];
  /** Who it is, for `trainctl ssh` while the set-up is under way: as in {@link StartRequest}. */
  run: string;
  runKey: string;
  attempt: number;
  node: number;
  checkpoints: { dir: string };
  /** Where the log of the set-up goes. Absent: it stays on the host. */
  grants?: WriteGrants;
}
export interface InstallResult {
  /**
   * `uv.lock`, `pyproject.toml`, `setup.py`, `setup.cfg`, `requirements.txt`, `pep723`, `none` or the path asked for; of a project and a
   * list beside it both: `requirements.txt, setup.py`.
   */
  source: string;
  tool: 'uv' | 'pip' | null;
  /** Up to 5 of what was installed, `name version`; and how many in all. */
  packages: string[];
  count: number;
  /**
   * What people should know, and was no reason to end: what was seen and not installed (unless `commands` are there), another
   * Python that the code asks for, a profile of the image that fails. Absent: nothing.
   */
  warnings?: string[];
}

export interface FetchRequest {
  dir: string;
  /** Kept beside the code until `start`, so that nothing of it is there while dependencies are installed. Default: false. */
  held?: boolean;
  /** `to` of the input; below it, each download's `path` (empty path: `to` itself is the file). */
  inputs: { to: string; files: Download[] }[];
}
export interface FetchResult {
  files: number;
  bytes: number;
  seconds: number;
}

export interface RestoreRequest {
  dir: string;
  /** As that of `fetch`. What is restored wins over what is fetched, in any order. */
  held?: boolean;
  checkpointsDir: string;
  /** Newest first; a damaged one is reported and the next is tried. */
  candidates: {
    key: string;
    step: number | null;
    attempt: number;
    number?: number;
    /** As the manifest says. */
    suspect?: string;
    manifestUrl: string;
    partUrls: Record<string, string>;
  }[];
}
export interface RestoreResult {
  /** Null: nothing says a step, or nothing was restored. */
  step: number | null;
  /** Null: nothing could be used, training starts from the beginning. So is `key`. */
  attempt: number | null;
  key: string | null;
  number?: number;
  /** Of the one that was used: why it is not known to be whole. */
  suspect?: string;
  files: number;
  bytes: number;
  damaged: { key: string; why: string }[];
}

export interface StartRequest {
  dir: string;
  run: string;
  runKey: string;
  attempt: number;
  node: number;
  /** The instance's id: what the agent leaves in S3 says by it who wrote it. Absent: of an older worker. */
  instance?: string;
  command: string | string[];
  env: Record<string, string>;
  secrets: Record<string, string>;
  checkpoints: { dir: string; everySeconds: number; graceSeconds: number; signal: string | null };
  /** Null: nothing was restored, or nothing says its step; whether anything was, the agent knows itself. */
  resumedFromStep: number | null;
  /** `.`: all that the command makes in the working directory. */
  outputs: { from: string }[];
  /** Steps in all, when the metrics do not say. */
  steps?: number;
  /** Of the spec. Absent: `nan: warn`. */
  alerts?: AlertSpec;
  /** How many bytes of `.` outside of `outputs/` are kept. Default: 5 GiB. */
  outputLimitBytes?: number;
  /** Where inputs were fetched to: what they brought is no output of `.`. */
  inputs?: string[];
  grants: WriteGrants;
  /** Seconds after which the host ends itself unless renewed, by its own clock. */
  leaseSeconds: number;
  /** Epoch seconds of the same, for agents of before. */
  leaseUntil: number;
  /** Seconds before the time of a notice by which the process must have ended, so that a last upload still fits. */
  noticeReserveSeconds: number;
  /** Files above so many bytes go up in parts, see `large` in attach.ts. Default: 5 GiB, the most that one POST may have. */
  largeAboveBytes?: number;
  /** How long such a file waits for an answer. Default: 300 s, in which another worker has taken over from one that died. */
  largeAnswerSeconds?: number;
}
export interface StartResult {
  pid: number;
  /** False when this attempt had been started before: the first start's state is returned. */
  started: boolean;
}

/** `stop`: returns when the process has been told, or at once when it is over. `graceSeconds` absent: that of the start. */
export interface StopRequest {
  dir: string;
  mode: 'graceful' | 'now';
  graceSeconds?: number;
  /** Who ends it; `lease` is for the host's dead-man timer. Default `stop`. */
  by?: 'stop' | 'lease';
  /** What the stop file tells the training. Default: `by`. */
  reason?: StopReason;
}

/** `checkpoint`: asks for one and waits for what comes of it, for at most `waitSeconds` (default 150). */
export interface CheckpointRequest {
  dir: string;
  waitSeconds?: number;
}
export interface CheckpointResult {
  phase: HostPhase;
  /** The one that was taken, or the last one when nothing has changed since. */
  checkpoint: AgentStatus['checkpoint'];
  /** Why none was taken; null when one was. */
  reason: string | null;
}

/** What `status` answers, while the agent runs and after; `stop` answers with `phase` alone. */
export interface AgentStatus {
  phase: HostPhase;
  pid: number;
  /** False: the agent has ended, and `final` is its last word. */
  alive: boolean;
  logBytes: number;
  logUploaded: number;
  step: number | null;
  metrics: Record<string, MetricValue> | null;
  notFinite?: NotFinite[];
  unreadable?: UnreadableLines;
  alerts?: Alert[];
  checkpoint: {
    step: number | null;
    number?: number;
    suspect?: string;
    key: string;
    bytes: number;
    seconds: number;
    why: string;
    at: string;
  } | null;
  notice: Notice | null;
  /** Maintenance that is not near yet. */
  scheduled?: Notice | null;
  exit: { code: number | null; signal: string | null; stoppedBy: StoppedBy | null } | null;
  final: HostFinal | null;
  /** Epoch seconds by the host's date. */
  leaseUntil: number;
  /** The newest epoch that has attached; -1: none. */
  epoch: number;
  problems: string[];
}
