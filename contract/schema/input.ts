import type { Market } from '../run/placement';

/** Seconds, or text such as `90s`, `30m`, `1h30m`. */
export type DurationInput = number | string;

/** GiB, or text such as `50GiB`. */
export type SizeInput = number | string;

export interface OutputInput {
  from: string;
  to?: string;
}

/** What people write in `trainctl.yaml`, in the Temporal UI or in the typed client. */
export interface RunSpecInput {
  name?: string;
  project?: string;
  command: string | string[];
  /** `dir` works only in the CLI and the typed client, which upload it and put `snapshot` in its place. */
  code?: { dir: string } | { snapshot: string; times?: string } | { git: string; ref: string } | { none: true };
  setup?: string | string[] | { requirements?: string; commands?: string | string[] };
  env?: Record<string, string | number | boolean>;
  secrets?: string[];
  inputs?: { from: string; to: string }[];
  /** A list of paths, or a limit for all that the command makes. */
  outputs?: OutputInput[] | { paths?: OutputInput[]; limit?: SizeInput };
  checkpoints?: { dir?: string; every?: DurationInput; keep?: number; grace?: DurationInput; signal?: string };
  resources?: {
    instanceTypes?: string | string[];
    market?: Market | 'spot-then-on-demand';
    zones?: string[];
    ami?: string;
    disk?: SizeInput;
  };
  limits?: {
    maxDuration?: DurationInput;
    maxCostUsd?: number;
    capacityWait?: DurationInput;
    startTimeout?: DurationInput;
    unreachable?: DurationInput;
    lease?: DurationInput;
  };
  retry?: { interruptions?: number; failures?: number; exitCodes?: number[] };
  steps?: number;
  alerts?: { nan?: 'warn' | 'stop'; noCheckpointFor?: DurationInput; noStepFor?: DurationInput };
  hold?: { on?: 'failed'; for?: DurationInput };
  access?: { sshKeys?: string[] };
}
