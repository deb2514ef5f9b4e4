import type { Client } from '@temporalio/client';
import type { Ec2, ObjectStore } from '../adapters/aws';
import {
  type Phase,
  queuesOf,
  type ReconcileArgs,
  type ReconcileResult,
  type RunListEntry,
  type RunStatus,
  type Settings,
  WORKFLOW_TYPE,
} from '../contract';
import type { RunSpecInput } from '../contract/schema';
import { type PruneCodeOptions, type PrunedCode, pruneCode } from './code/prune';
import { isPolled } from './connection/polled';
import { isConnectionFault, missingNamespace } from './connection/rpc';
import { temporalUnavailable } from './connection/server-words';
import { TrainctlError } from './errors';
import { type ObjectReader, readerOf } from './objects';
import { rememberRun } from './origin/memory';
import { pastOfFolder, runsOfFolder } from './origin/of-folder';
import { originOf, originOfCode } from './origin/origin';
import { reconcileNow } from './reconcile';
import { each } from './runs/each';
import { findLeftovers, type Leftovers } from './runs/leftovers';
import { afterCuts } from './runs/list/after-cuts';
import { hasJustEnded, knownRuns } from './runs/list/known-runs';
import { type ListOptions, listRuns } from './runs/list/list-runs';
import { withCosts } from './runs/list/live-costs';
import { withLiveSteps } from './runs/list/live-steps';
import { openRuns } from './runs/list/open-runs';
import { findPast, type Knows, type PastOptions, type PastRuns, pastRuns } from './runs/list/past-runs';
import { queryStatus } from './runs/messages';
import { describeRun, type RunAddress, resolveRun } from './runs/resolve-run';
import { RunHandle } from './runs/run-handle';
import { type StartOptions, startRun } from './runs/start-run';
import { StoreLook } from './runs/store-look';
import { Schedules } from './schedules/schedules';
import { checkSpec, codeDir } from './start/check';
import { resultFolders, type SentFolder, sendFolder } from './start/send';
import { Suites } from './suites/suites';

/** The newest run of a folder, and older ones that fit what was asked for. */
export interface FolderHandle {
  handle: RunHandle;
  others: RunHandle[];
}

/** Requests to Temporal at once. */
const DESCRIBED_AT_ONCE = 16;

/** Starts, finds and watches the runs of one installation. */
export class TrainctlClient {
  readonly objects: ObjectReader;
  /** Trainings by the clock. */
  readonly schedules: Schedules;
  /** The operator's suite. */
  readonly suites: Suites;
  /** Which runs of those in S3 Temporal still has. */
  private readonly knows: Knows = (ended) => this.guard(() => knownRuns(this.temporal, ended));

  constructor(
    readonly settings: Settings,
    readonly temporal: Client,
    readonly store: ObjectStore,
    readonly ec2: Ec2,
  ) {
    this.objects = readerOf(store);
    this.suites = new Suites({ client: temporal, settings, guard: (call) => this.guard(call) });
    this.schedules = new Schedules({
      client: temporal,
      settings,
      store,
      sendCode: (dir, results) => sendFolder(dir, store, settings.prefix, results),
      guard: (call) => this.guard(call),
    });
  }

  /**
   * Starts a run. The spec is checked first: a faulty one throws `invalid-spec` that names every fault, and starts nothing. A
   * local folder as code (`code: { dir }`) is sent.
   */
  async start(spec: RunSpecInput, options: StartOptions = {}): Promise<RunHandle> {
    const checked = await checkSpec(spec, this.settings);
    const dir = codeDir(spec);
    const { store, settings } = this;
    const sent = dir === undefined ? undefined : await sendFolder(dir, store, settings.prefix, resultFolders(checked));
    const input = sent === undefined ? spec : { ...spec, code: sent.code };
    const origin = originOf(this.settings.home, options.origin ?? (dir === undefined ? {} : await originOfCode(dir)));
    const address = await this.guard(() => startRun(this.temporal, input, options, origin, this.settings.installation));
    rememberRun(this.settings.home, origin.folders, { run: address.workflowId, runId: address.runId });
    return this.handle(address);
  }

  /**
   * Packs a folder and uploads it, as `trainctl run` does; what it answers as `code` is for a spec. Of which folders a run's outputs
   * come is not known here: stale results are sent.
   */
  sendCode(dir: string): Promise<SentFolder> {
    return sendFolder(dir, this.store, this.settings.prefix);
  }

  /** Finds a run by id, unique prefix or name (the newest). Throws `not-found` or `ambiguous`. */
  async get(run: string): Promise<RunHandle> {
    return this.handle(await this.guard(() => this.resolve(run)));
  }

  /** One that Temporal has forgotten is looked for in S3; there, nothing and no S3 are one. */
  private async resolve(run: string): Promise<RunAddress> {
    try {
      return await resolveRun(this.temporal, run);
    } catch (error) {
      if (!(error instanceof TrainctlError) || error.code !== 'not-found') throw error;
      const store = new StoreLook(this.settings.bucket, false);
      const found = await store.read(() => findPast(this.objects, this.settings.prefix, run, this.knows));
      if (found) return found;
      if (store.silent)
        throw new TrainctlError('not-found', `${error.message} in Temporal, and ${store.fault}`, { cause: error });
      throw error;
    }
  }

  /** The run that this person started last from a folder, or with its code. Undefined: there is none that is known. */
  async newestOf(folder: string, options: { open?: boolean } = {}): Promise<FolderHandle | undefined> {
    const enough = options.open ? {} : { enough: 1 };
    const found = await this.guard(() =>
      runsOfFolder(this.temporal, this.settings.home, folder, { ...options, ...enough }),
    );
    const [newest, ...others] = found.map(({ address }) => this.handle(address));
    if (newest) return { handle: newest, others };
    const past = options.open ? undefined : pastOfFolder(this.settings.home, folder);
    const handle = past && this.handle(past);
    return handle && (await handle.summary()) ? { handle, others } : undefined;
  }

  /** Runs: those that are open, the newest start first, then the others, the newest end first. */
  async list(options: ListOptions = {}): Promise<RunListEntry[]> {
    const entries = await this.guard(() => listRuns(this.temporal, options));
    if (options.steps === false) return entries;
    // Each says of an entry what the others do not.
    const [steps, costs, cuts] = await Promise.all([
      withLiveSteps(entries, this.objects, this.settings.prefix),
      withCosts(
        entries,
        (workflowId) => queryStatus(this.temporal, { workflowId, runId: '' }),
        () => new Date(),
      ),
      afterCuts(entries, {
        tell: (entry) => this.tellCut(entry),
        leftovers: (runKey) => this.leftovers(runKey),
      }),
    ]);
    return costs.map((entry, i) => cuts[i] ?? { ...entry, step: steps[i]?.step ?? entry.step });
  }

  /** Of a run that Temporal has ended, unless another execution has come in its place. */
  private async tellCut({ run, runKey }: RunListEntry): Promise<RunStatus | undefined> {
    const address = await describeRun(this.temporal, run);
    return address?.runKey === runKey ? this.handle(address).status() : undefined;
  }

  /** Every open run of this installation, newest first. */
  async openRuns(options: { project?: string } = {}): Promise<{ handle: RunHandle; phase: Phase; startedAt: Date }[]> {
    const { installation } = this.settings;
    const found = await this.guard(() => openRuns(this.temporal, { ...options, installation }));
    return found.map(({ address, ...rest }) => ({ handle: this.handle(address), ...rest }));
  }

  /** Whether Temporal shows a worker that asks for the runs of this installation now. */
  async hasWorker(): Promise<boolean> {
    return this.guard(() => isPolled(this.temporal, queuesOf(this.settings.installation).main));
  }

  /**
   * Runs that have ended and that Temporal has forgotten, newest end first: those that are in S3, without the ones that are known. Of
   * those that Temporal has forgotten the newest 500 are looked at, for 3 s at most. One that has ended within the last minute and that
   * Temporal's list does not have yet is among them, without `forgotten`.
   */
  async listPast(options: PastOptions): Promise<PastRuns> {
    const { known: _, limit: __, ...wanted } = options;
    const filtered = Object.keys(wanted).length > 0;
    const { objects, settings } = this;
    const past = await pastRuns(objects, settings.prefix, options, filtered ? this.knows : undefined);
    const runs = await each(past.runs, DESCRIBED_AT_ONCE, async (entry) => {
      if (!hasJustEnded(Date.parse(entry.endedAt ?? ''))) return entry;
      const now = await this.guard(() => describeRun(this.temporal, entry.run));
      if (now?.runKey !== entry.runKey) return entry;
      const { forgotten: _, ...remembered } = entry;
      return remembered;
    });
    return { ...past, runs };
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
    return reconcileNow(this.temporal, args, this.settings.installation);
  }

  /** Removes code that was not sent for a while and that no Schedule and no open run needs. */
  pruneCode(options: PruneCodeOptions): Promise<PrunedCode> {
    const { temporal: client, store, settings } = this;
    return pruneCode({ client, store, prefix: settings.prefix, now: Date.now }, options);
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
      if (isConnectionFault(error) || missingNamespace(error)) throw temporalUnavailable(this.settings, error);
      throw error;
    }
  }
}
