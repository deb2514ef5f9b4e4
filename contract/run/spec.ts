import type { Market } from './placement';

/** A place in S3 and a path on the host. Host paths are relative to the working directory and never leave it. */
export interface Input {
  /** `s3://bucket/key` (one object) or `s3://bucket/prefix/` (everything below it). */
  from: string;
  /** A file for one object, a folder for a prefix. */
  to: string;
}

export interface Output {
  /** A file or folder, relative to the working directory; `.`: all that the command makes in it. */
  from: string;
  /** `s3://bucket/prefix/`, or absent: the run's own prefix. */
  to?: string;
}

/** Where a run's code comes from, once the CLI has uploaded what had to be uploaded. */
export type CodeSource =
  | {
      /** sha256 (hex) of the canonical, uncompressed tar. */
      snapshot: string;
      /** sha256 (hex) of the list of its files' times. Absent: they are as old as their copy on the host. */
      times?: string;
    }
  | { git: string /** A full commit id. */; ref: string }
  | { none: true };

export interface SetupSpec {
  /** `auto`: uv.lock, else the project and requirements.txt, else PEP 723 (docs/run-your-script.md). `none`, or a path of a file. */
  requirements: string;
  /** Run by `bash -eo pipefail`, in order, after the requirements. */
  commands: string[];
}

export interface CheckpointSpec {
  /** Relative to the working directory. */
  dir: string;
  everySeconds: number;
  /** How many whole checkpoints stay in S3. */
  keep: number;
  /** How long the process may take to end after TERM before it is killed. */
  graceSeconds: number;
  /** Sent to the process when a checkpoint is asked for, such as `SIGUSR1`. */
  signal?: string;
}

export interface ResourceSpec {
  /** In order of preference. */
  instanceTypes: string[];
  market: Market | 'spot-then-on-demand';
  /** Empty: every zone of the region that offers the type. */
  zones: string[];
  /** `auto`, an `ami-…` id or `resolve:ssm:…`. */
  ami: string;
  diskGiB: number;
}

export interface LimitSpec {
  /** Over the whole run, all attempts and waits included. */
  maxDurationSeconds: number;
  /** Over all attempts; absent: no limit. */
  maxCostUsd?: number;
  /** How long the run may wait for capacity in total. */
  capacityWaitSeconds: number;
  /** From an accepted launch to a working SSH session. */
  startTimeoutSeconds: number;
  /** How long a host may be silent before its attempt ends. */
  unreachableSeconds: number;
  /** How long a host lives on when nobody renews it. */
  leaseSeconds: number;
}

export interface RetrySpec {
  /** How many interruptions a run survives. */
  interruptions: number;
  /** How many times a failing command is started again. */
  failures: number;
  /** Exit codes that restart the command without spending `failures` (at most 20 times). */
  exitCodes: number[];
}

/** Keeps the instance of a run that has ended badly, so that somebody can look at it. */
export interface HoldSpec {
  on: 'failed';
  /** Within the deadline and the budget of the run. */
  forSeconds: number;
}

/** What of a training that goes on people are told, and what ends it. */
export interface AlertSpec {
  /** When a metric is NaN or infinite: say so, or end the run as failed. */
  nan: 'warn' | 'stop';
  /** Absent: however long it takes. */
  noCheckpointForSeconds?: number;
  noStepForSeconds?: number;
}

/** A run spec after validation: every default filled in, every duration in seconds, every size in GiB. */
export interface RunSpec {
  name: string;
  project: string;
  /** A string is run by `bash -eo pipefail -c`; a list is run as it is. */
  command: string | string[];
  code: CodeSource;
  setup: SetupSpec;
  env: Record<string, string>;
  /** Names only; values never enter a spec. */
  secrets: string[];
  inputs: Input[];
  /** `[{ from: '.' }]` for a spec that names none. */
  outputs: Output[];
  /** How much of `.` is kept, of what lies outside of `outputs/`. Present with `.` alone. */
  outputLimitBytes?: number;
  checkpoints: CheckpointSpec;
  resources: ResourceSpec;
  limits: LimitSpec;
  retry: RetrySpec;
  /** Training steps in all; absent: the metrics may say it. */
  steps?: number;
  /** Absent in specs that an earlier release has resolved: `nan: warn`. */
  alerts?: AlertSpec;
  /** Absent: an instance is ended at once. */
  hold?: HoldSpec;
  access: { sshKeys: string[] };
}

/** One thing that is wrong with a spec, and where. */
export interface SpecFault {
  /** Such as `limits.maxDuration` or `inputs[0].to`; empty for the document as a whole. */
  path: string;
  /** Such as `"banana" is not a duration (try 90s, 30m, 2h)`. */
  message: string;
}

/** Where a spec as it was written has one of its outputs: they are a list, or the `paths` of an object. */
export function outputPath(written: unknown, index: number): string {
  const outputs = typeof written === 'object' && written !== null && 'outputs' in written ? written.outputs : undefined;
  return `outputs${outputs === undefined || Array.isArray(outputs) ? '' : '.paths'}[${index}]`;
}
