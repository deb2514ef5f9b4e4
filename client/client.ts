import type { Client } from '@temporalio/client';
import type { Ec2, ObjectStore } from '../adapters/aws';
import { type ReconcileArgs, type ReconcileResult, type RunListEntry, type Settings, WORKFLOW_TYPE } from '../contract';
import type { RunSpecInput } from '../contract/schema';
import { temporalUnavailable } from './connection/connect';
import { isConnectionFault } from './connection/rpc';
import { type ObjectReader, readerOf } from './objects';
import { rememberRun } from './origin/memory';
import { runsOfFolder } from './origin/of-folder';
import { originOf, originOfCode } from './origin/origin';
import { reconcileNow } from './reconcile';
import { findLeftovers, type Leftovers } from './runs/leftovers';
import { type ListOptions, listRuns } from './runs/list-runs';
import { withLiveSteps } from './runs/live-steps';
import { type RunAddress, resolveRun } from './runs/resolve-run';
import { RunHandle } from './runs/run-handle';
import { type StartOptions, startRun } from './runs/start-run';
import { checkSpec, codeDir } from './start/check';
import { type SentFolder, sendFolder } from './start/send';

/** The newest run of a folder, and older ones that fit what was asked for. */
export interface FolderHandle {
  handle: RunHandle;
  others: RunHandle[];
}

/** Starts, finds and watches the runs of one installation. */
export class TrainctlClient {
  readonly objects: ObjectReader;

  constructor(
    readonly settings: Settings,
    readonly temporal: Client,
    readonly store: ObjectStore,
    readonly ec2: Ec2,
  ) {
    this.objects = readerOf(store);
  }

  /**
   * Starts a run. The spec is checked first: a faulty one throws `invalid-spec` that names every fault, and starts nothing. A
   * local folder as code (`code: { dir }`) is sent.
   */
  async start(spec: RunSpecInput, options: StartOptions = {}): Promise<RunHandle> {
    await checkSpec(spec, this.settings);
    const dir = codeDir(spec);
    const input = dir === undefined ? spec : { ...spec, code: (await this.sendCode(dir)).code };
    const origin = originOf(this.settings.home, options.origin ?? (dir === undefined ? {} : await originOfCode(dir)));
    const address = await this.guard(() => startRun(this.temporal, input, options, origin));
    rememberRun(this.settings.home, origin.folders, { run: address.workflowId, runId: address.runId });
    return this.handle(address);
  }

  /** Packs a folder and uploads it, as `trainctl run` does; what it answers as `code` is for a spec. */
  sendCode(dir: string): Promise<SentFolder> {
    return sendFolder(dir, this.store, this.settings.prefix);
  }

  /** Finds a run by id, unique prefix or name (the newest). Throws `not-found` or `ambiguous`. */
  async get(run: string): Promise<RunHandle> {
    return this.handle(await this.guard(() => resolveRun(this.temporal, run)));
  }

  /** The run that this person started last from a folder, or with its code. Undefined: there is none that is known. */
  async newestOf(folder: string, options: { open?: boolean } = {}): Promise<FolderHandle | undefined> {
    const enough = options.open ? {} : { enough: 1 };
    const found = await this.guard(() =>
      runsOfFolder(this.temporal, this.settings.home, folder, { ...options, ...enough }),
    );
    const [newest, ...others] = found.map(({ address }) => this.handle(address));
    return newest && { handle: newest, others };
  }

  /** Runs, newest first. */
  async list(options: ListOptions = {}): Promise<RunListEntry[]> {
    const entries = await this.guard(() => listRuns(this.temporal, options));
    if (options.steps === false) return entries;
    return withLiveSteps(entries, this.objects, this.settings.prefix);
  }

  /** How many runs are open. */
  async countOpen(): Promise<number> {
    const query = `WorkflowType = "${WORKFLOW_TYPE}" AND ExecutionStatus = "Running"`;
    return (await this.guard(() => this.temporal.workflow.count(query))).count;
  }

  /** What EC2 shows alive of a run. */
  leftovers(runKey: string): Promise<Leftovers> {
    return findLeftovers(this.ec2, runKey);
  }

  /** One pass of the reconciler, now. Resolves when it has ended; throws `no-worker` after 5 s when nobody takes it. */
  reconcile(args: ReconcileArgs = {}): Promise<ReconcileResult> {
    return reconcileNow(this.temporal, args);
  }

  async close(): Promise<void> {
    this.store.close();
    await this.temporal.connection.close();
  }

  private handle(address: RunAddress): RunHandle {
    const { temporal: client, settings, objects } = this;
    const leftovers = (runKey: string): Promise<Leftovers> => this.leftovers(runKey);
    return new RunHandle({ client, settings, objects, leftovers, now: () => new Date() }, address);
  }

  /** A person waits at most 10 s for an answer that should take milliseconds, and then hears what is wrong. */
  private async guard<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await this.temporal.withDeadline(Date.now() + 10_000, call);
    } catch (error) {
      if (isConnectionFault(error)) {
        throw temporalUnavailable(this.settings.temporal, this.settings.cloud === 'local', error);
      }
      throw error;
    }
  }
}
