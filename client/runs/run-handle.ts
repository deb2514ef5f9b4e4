import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import {
  type CheckpointAnswer,
  type ExtendArgs,
  type LimitsNow,
  type Live,
  nodePrefix,
  type RunResult,
  type RunStatus,
  readSummary,
  resultOf,
  type Settings,
  SPEC_BYTES,
  type StopArgs,
  SUMMARY_BYTES,
  type Summary,
  shownId,
  specKey,
  summaryKey,
} from '../../contract';
import { TrainctlError } from '../errors';
import { SegmentReader } from '../logs/log-reader';
import { getJson, type ObjectReader } from '../objects';
import { readOrigin } from '../origin/origin';
import { mergeLive, newestAttempt, type RunView } from '../view/run-view';
import { afterCut } from './after-cut';
import { awaitCheckpoint } from './await-checkpoint';
import { awaitClosed, awaitEnding } from './await-end';
import { type Ending, readEnding } from './describe-run';
import { countLeftovers, type Leftovers } from './leftovers';
import { getLive } from './live';
import { askForCheckpoint, cancelRun, extendRun, hasWorker, releaseRun, stopRun } from './messages';
import type { OrderOptions } from './order';
import { pausedSteps } from './paused-steps';
import { recordedSpec } from './recorded-spec';
import { type RunAddress, scheduledBy } from './resolve-run';
import { forgottenWithout, StoreLook } from './store-look';
import { describeExecution, tellRun } from './tell-run';

export interface StatusOptions {
  /** Throws while S3 does not answer, instead of saying what is known without it. */
  needsStore?: boolean;
}

/** What a handle works with. */
export interface RunContext {
  client: Client;
  settings: Settings;
  objects: ObjectReader;
  /** What EC2 shows alive of a run. */
  leftovers(runKey: string): Promise<Leftovers>;
  now(): Date;
}

/** One run: ask it, tell it, read what it wrote. Cheap; holds no connection of its own. */
export class RunHandle {
  constructor(
    private readonly context: RunContext,
    readonly address: RunAddress,
  ) {}

  /** The workflow id. */
  get run(): string {
    return this.address.workflowId;
  }

  get runKey(): string {
    return this.address.runKey;
  }

  /**
   * Where the run is. Asks the workflow; when no worker answers within 3 s, or the run has ended, says what the run's
   * summary, Temporal and the host's own file in S3 say ({@link RunView.source}). What S3 cannot add is left out, and said
   * ({@link RunView.storeFault}).
   */
  async status({ needsStore = false }: StatusOptions = {}): Promise<RunView> {
    const description = await describeExecution(this.context.client, this.address);
    const store = this.look(needsStore);
    if (!description) return this.forgotten(store);
    const view = await this.viewOf(description, store);
    const origin = readOrigin(description.memo);
    const schedule = scheduledBy(description);
    const { fault, silent } = store;
    const paused = description.closeTime ? [] : pausedSteps(description);
    return {
      ...view,
      ...(origin ? { origin } : {}),
      ...(schedule === undefined ? {} : { schedule }),
      ...(paused.length > 0 ? { pausedSteps: paused } : {}),
      ...(fault === undefined ? {} : { storeFault: fault }),
      ...(silent ? { storeSilent: true } : {}),
    };
  }

  /** Temporal knows nothing of it any more. */
  private async forgotten(store: StoreLook): Promise<RunView> {
    const summary = await this.readSummary(store);
    if (!summary) throw forgottenWithout(this.run, store.fault);
    return { ...mergeLive(summary.status, 'summary', undefined, this.context.now()), forgotten: true };
  }

  private async viewOf(description: WorkflowExecutionDescription, store: StoreLook): Promise<RunView> {
    const closed = description.closeTime !== undefined;
    const summary = closed ? await this.readSummary(store) : undefined;
    // Temporal knows how it ended, and S3 keeps the rest.
    const said = description.memo?.outcome;
    if (summary && (said === undefined || said === summary.status.outcome))
      return mergeLive(summary.status, 'summary', undefined, this.context.now());
    const ending = closed ? await readEnding(this.context.client, this.address) : undefined;
    const { status, source } = await tellRun(this.context, this.address, description, ending);
    const { client } = this.context;
    // That nobody answers in time does not say that nobody is there.
    const busy = source === 'temporal' && !closed && (await hasWorker(client, this.address).catch(() => false));
    const view = await this.withLive(ending?.cut ? await this.afterCut(status, store) : status, source, store);
    return busy ? { ...view, workerBusy: true } : view;
  }

  /** Waits for the end, however long it takes; a cut connection only makes it wait. */
  async result(): Promise<RunResult> {
    const ending = this.address.past ? undefined : await awaitEnding(this.context.client, this.address);
    if (ending?.result) return ending.result;
    // Of one that Temporal knows, S3 adds to what is said without it.
    const summary = await this.readSummary(this.look(ending === undefined));
    if (summary && (!ending || summary.status.outcome === ending.outcome)) return summary.result;
    if (!ending) throw forgottenWithout(this.run);
    return this.endedWith(ending);
  }

  /** Waits until Temporal has closed a run that says it has ended; for 10 s at most. */
  async closed(): Promise<void> {
    if (!this.address.past) await awaitClosed(this.context.client, this.address);
  }

  /**
   * Ends the run with outcome `cancelled`. Resolves when the run has taken the order. Like every order it throws `no-worker` after 5 s
   * when Temporal shows no worker, and `unavailable` when workers have been too busy for it for a minute.
   */
  stop(args: StopArgs = { mode: 'graceful' }, options?: OrderOptions): Promise<void> {
    return stopRun(this.context, this.address, args, options);
  }

  /** Temporal's own cancel: needs no worker to be recorded. */
  cancel(): Promise<void> {
    return cancelRun(this.context.client, this.address);
  }

  /** Adds to the run's limits; the answer is what is in force then. */
  extend(args: ExtendArgs, options?: OrderOptions): Promise<LimitsNow> {
    return extendRun(this.context, this.address, args, options);
  }

  /** Ends the instance of a failed run that is held (`hold` of its spec) now. Throws `refused` when nothing is held. */
  release(options?: OrderOptions): Promise<void> {
    return releaseRun(this.context, this.address, options);
  }

  /**
   * Asks the running attempt for a checkpoint now, and waits for it or for the reason why there is none: for a few minutes at
   * most. Throws `refused` when nothing trains.
   */
  async takeCheckpoint(options?: OrderOptions): Promise<CheckpointAnswer> {
    const asked = await askForCheckpoint(this.context, this.address, options);
    return awaitCheckpoint(asked, () => this.status());
  }

  /** Reads one attempt's log, byte for byte. */
  log(attempt: number, from = 0): SegmentReader {
    return this.reader('log', attempt, from);
  }

  /** Reads one attempt's metrics, as the JSON lines that the training wrote. */
  metrics(attempt: number, from = 0): SegmentReader {
    return this.reader('metrics', attempt, from);
  }

  /** Reads what the tools of one attempt's set-up wrote. */
  setup(attempt: number, from = 0): SegmentReader {
    return this.reader('setup', attempt, from);
  }

  /** `live.json` of an attempt; undefined before its training starts, and where the bucket is gone or refuses. */
  live(attempt: number, node = 0): Promise<Live | undefined> {
    return this.readLive(this.look(true), attempt, node);
  }

  /** The spec as the run resolved it, with whatever else is stored beside it; not checked, since objects may be anybody's. */
  async spec(): Promise<unknown> {
    const { objects, settings } = this.context;
    const key = specKey(settings.prefix, this.runKey);
    const found = await getJson(objects, key, SPEC_BYTES);
    if (found !== undefined) return found;
    const { attemptCount, endedAt } = await this.status();
    if (attemptCount > 0) {
      throw new TrainctlError(
        'not-found',
        `the stored spec of ${shownId(this.run)} is no longer in S3, or is none that trainctl wrote: s3://${settings.bucket}/${key}`,
        { next: 'start it from its project again: trainctl run' },
      );
    }
    const why = endedAt === undefined ? 'it has not been resolved yet' : 'it ended before it was resolved';
    throw new TrainctlError('not-found', `${shownId(this.run)} has no stored spec: ${why}`);
  }

  /** The spec by Temporal's word, which nobody changes afterwards; not checked. Undefined: it was not resolved, or Temporal does not show it (any more). */
  recordedSpec(): Promise<unknown> {
    return recordedSpec(this.context.client, this.address);
  }

  /** `summary.json`; undefined while the run is open, for runs that were never resolved, and where the bucket is gone or refuses. */
  summary(): Promise<Summary | undefined> {
    return this.readSummary(this.look(true));
  }

  /** The newest attempt's number: what the run says, or, when nobody answers, what it has left in S3. */
  async attemptsOf(view: RunView): Promise<number> {
    const said = newestAttempt(view);
    return view.source === 'temporal' ? Math.max(said, await this.attemptsInStore(this.look(true))) : said;
  }

  /** How many attempts have left anything in S3; for when nobody else can say. */
  private async attemptsInStore(store: StoreLook): Promise<number> {
    let attempt = 0;
    while (await store.read(() => this.hasObjects(attempt + 1))) attempt += 1;
    return attempt;
  }

  private look(needed: boolean): StoreLook {
    return new StoreLook(this.context.settings.bucket, needed);
  }

  private async readSummary(store: StoreLook): Promise<Summary | undefined> {
    const { objects, settings } = this.context;
    const key = summaryKey(settings.prefix, this.runKey);
    return readSummary(await store.read(() => getJson(objects, key, SUMMARY_BYTES)), this.runKey);
  }

  private readLive(store: StoreLook, attempt: number, node = 0): Promise<Live | undefined> {
    const { objects, settings } = this.context;
    return store.read(() => getLive(objects, settings.prefix, this.runKey, attempt, node));
  }

  private async hasObjects(attempt: number): Promise<boolean> {
    const prefix = nodePrefix(this.context.settings.prefix, this.runKey, attempt, 0);
    for await (const _ of this.context.objects.list(prefix)) return true;
    return false;
  }

  private async withLive(status: RunStatus, source: RunView['source'], store: StoreLook): Promise<RunView> {
    const newest = newestAttempt(status);
    const attempt = newest > 0 ? newest : await this.attemptsInStore(store);
    const live = attempt > 0 ? await this.readLive(store, attempt) : undefined;
    return mergeLive(status, source, live, this.context.now());
  }

  private afterCut(status: RunStatus, store: StoreLook): Promise<RunStatus> {
    return afterCut(status, this.context, this.runKey, (reading) => store.read(reading));
  }

  private async endedWith(ending: Ending): Promise<RunResult> {
    const description = await describeExecution(this.context.client, this.address);
    if (!description) throw forgottenWithout(this.run);
    const { status } = await tellRun(this.context, this.address, description, ending);
    const told = ending.cut ? await this.afterCut(status, this.look(false)) : status;
    return resultOf(told, countLeftovers(await this.context.leftovers(this.runKey)));
  }

  private reader(kind: 'log' | 'metrics' | 'setup', attempt: number, from: number): SegmentReader {
    const { prefix } = this.context.settings;
    return new SegmentReader(this.context.objects, { prefix, runKey: this.runKey, attempt, node: 0, kind }, from);
  }
}
