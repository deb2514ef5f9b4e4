import type { Client } from '@temporalio/client';
import type { Ec2, ObjectStore } from '../../adapters/aws';
import type { RunHandle, RunSpecInput, Settings, TrainctlClient } from '../../client';

/**
 * One scenario of the operator's suite: what an installation must be able to do, proved on its own cloud. It must be true on AWS as
 * on the local cloud, and so knows nothing of either that the other has not.
 */
export interface Scenario {
  /** Kebab case; begins no other scenario's name followed by a dot. */
  name: string;
  /** One sentence: what it shows, "a run …". */
  shows: string;
  /** What it makes in the account while it runs, such as `2 instances, one after the other`. */
  creates: string[];
  /** How long it may take on AWS, at most. */
  minutes: number;
  /** Instances times hours, for the estimate. */
  instanceHours: number;
  /** Of its instances. Default `t3.micro`. */
  instanceType?: string;
  /** Dollars that it costs on AWS beside its instances and their disks: they are in the estimate, and in the cost of no run. Default 0. */
  extraUsd?: number;
  /** Of a suite: begins when all others have ended, and nothing beside it. */
  last?: true;
  /** Why it cannot be tried on this installation, such as a role that is missing: it is then `skipped`, never passed. */
  needs?(context: ScenarioContext): Promise<string | undefined>;
  /** Its steps; what they share lives in the closure of this function. */
  steps(context: ScenarioContext): Step[];
  /**
   * Takes away what it made beside runs, objects below its prefix, and its folders: Schedules, for instance. From durable facts alone
   * (tag and names): it may be called in another process than the steps, more than once, and when nothing is there.
   */
  undo?(context: UndoContext): Promise<void>;
}

export interface Step {
  name: string;
  run(): Promise<void>;
}

/** Uploads in parts that were begun, and neither completed nor aborted: they are in no list of objects, and cost money. */
export interface IncompleteUploads {
  /** Of keys that begin so. */
  below(prefix: string): Promise<{ key: string }[]>;
  /** Aborts those of {@link below}. */
  abort(prefix: string): Promise<void>;
}

/** What the undo has: it knows no more than tag and name. */
export interface UndoContext {
  readonly client: TrainctlClient;
  readonly temporal: Client;
  readonly ec2: Ec2;
  readonly objects: ObjectStore;
  readonly uploads: IncompleteUploads;
  readonly settings: Settings;
  readonly clock: ScenarioClock;
  /** Of the suite: project of its runs, and the beginning of their ids. */
  readonly tag: string;
  /** The scenario's name. */
  readonly name: string;
  /** Prefix in the installation's bucket for this scenario alone, ending in `/`. */
  readonly prefix: string;
}

/** What the steps of a scenario work with. */
export interface ScenarioContext extends UndoContext {
  /** A local folder of its own, removed in the undo. */
  readonly scratch: string;
  /** Aborted when the suite is cancelled, or the scenario's money or time is spent. */
  readonly signal: AbortSignal;
  /** The runs that it has started or taken on, oldest first. */
  readonly runs: readonly RunHandle[];
  /** Makes a project folder below {@link scratch}. Its code is this scenario's alone, so that the undo may remove it from S3. */
  project(files: ProjectFiles): Promise<string>;
  /** Writes files into a folder of {@link project}. */
  write(dir: string, files: ProjectFiles): Promise<void>;
  /**
   * Starts a run as `trainctl run` does, its folder packed and sent, on the cheapest type that serves, spot where it is to be had, with
   * short limits; the spec wins over all of that. Without a folder it has no code.
   */
  start(dir: string | undefined, spec: RunSpecInput): Promise<RunHandle>;
  /** An id for a run that is started by other means (Temporal's CLI, a Schedule): the undo finds runs by such ids, and by their project. */
  runId(): string;
  /** Takes on a run that was started by other means, for evidence and cost. */
  took(run: RunHandle): void;
  /** Hands something in, which is shown if the step fails. */
  evidence(name: string, text: string): void;
  /**
   * Lets EC2 announce that it takes a spot instance back, as it does: by FIS. Throws {@link ScenarioSkipped} where that is not set up.
   */
  interrupt(instanceId: string): Promise<void>;
}

/** A file's content, with a mode of its own or a link's target if it needs one. */
export type ProjectFile = string | Uint8Array | { content: string | Uint8Array; mode: number } | { link: string };

/** By path relative to the folder. */
export type ProjectFiles = Readonly<Record<string, ProjectFile>>;

export interface ScenarioClock {
  now(): Date;
  /** Waits; ends at once with the suite. */
  sleep(ms: number): Promise<void>;
  /**
   * Asks until the answer is neither undefined nor false, and gives it. What a question throws counts as "not yet", and is told if it
   * stays so.
   * @param limitMinutes on AWS; machines that do more at once need more, and get it on the local cloud
   * @throws StepFailure that says what was awaited, and `seen()` or what was answered last
   */
  until<T>(
    what: string,
    ask: () => Promise<T | undefined | false> | T | undefined | false,
    options?: { limitMinutes?: number; everyMs?: number; seen?: () => unknown },
  ): Promise<T>;
}

export function scenario(made: Scenario): Scenario {
  return made;
}

export function step(name: string, run: () => Promise<void>): Step {
  return { name, run };
}

/** A check that did not hold. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure';
  constructor(
    message: string,
    readonly expected?: string,
    readonly seen?: string,
  ) {
    super(message);
  }
}

/** Thrown by a step: what it needs is not there, and nothing is wrong with the installation. It and the later ones are skipped. */
export class ScenarioSkipped extends Error {
  override readonly name = 'ScenarioSkipped';
}
