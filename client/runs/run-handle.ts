import { setTimeout as delay } from 'node:timers/promises';
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import {
  type CheckpointAnswer,
  type ExtendArgs,
  type LimitsNow,
  type Live,
  nodePrefix,
  type RunResult,
  type RunStatus,
  type Settings,
  type StopArgs,
  type Summary,
  shownId,
  specKey,
  summaryKey,
} from '../../contract';
import { isConnectionFault } from '../connection/rpc';
import { TrainctlError } from '../errors';
import { SegmentReader } from '../logs/log-reader';
import { getJson, type ObjectReader } from '../objects';
import { readOrigin } from '../origin/origin';
import { mergeLive, newestAttempt, type RunView, resultOf } from '../view/run-view';
import { awaitCheckpoint } from './await-checkpoint';
import { cutShort, type Ending, readEnding, statusFromTemporal } from './describe-run';
import { countLeftovers, type Leftovers } from './leftovers';
import { askForCheckpoint, cancelRun, extendRun, queryStatus, releaseRun, stopRun } from './messages';
import type { RunAddress } from './resolve-run';

/** How long Temporal may take to say where a run is before the connection counts as lost. */
const DESCRIBE_MS = 10_000;

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
  private worker = true;

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
   * summary, Temporal and the host's own file in S3 say ({@link RunView.source}).
   */
  async status(): Promise<RunView> {
    const description = await this.describe();
    const view = await this.viewOf(description);
    const origin = readOrigin(description.memo);
    return origin ? { ...view, origin } : view;
  }

  private async viewOf(description: WorkflowExecutionDescription): Promise<RunView> {
    const closed = description.closeTime !== undefined;
    const summary = closed ? await this.summary() : undefined;
    if (summary) return mergeLive(summary.status, 'summary', undefined, this.context.now());
    const ending = closed ? await readEnding(this.context.client, this.address) : undefined;
    const { status, source } = await this.told(description, ending);
    return this.withLive(status, source);
  }

  /** Waits for the end, however long it takes; a cut connection only makes it wait. */
  async result(): Promise<RunResult> {
    const ending = await this.ending();
    const summary = await this.summary();
    if (summary) return summary.result;
    return ending.result ?? this.endedWith(ending);
  }

  /** Ends the run with outcome `cancelled`. Throws `no-worker` after 5 s when nobody is there to take the order. */
  stop(args: StopArgs = { mode: 'graceful' }): Promise<void> {
    return stopRun(this.context.client, this.address, args);
  }

  /** Temporal's own cancel: needs no worker to be recorded. */
  cancel(): Promise<void> {
    return cancelRun(this.context.client, this.address);
  }

  /** Adds to the run's limits; the answer is what is in force then. */
  extend(args: ExtendArgs): Promise<LimitsNow> {
    return extendRun(this.context.client, this.address, args);
  }

  /** Ends the instance of a failed run that is held (`hold` of its spec) now. Throws `refused` when nothing is held. */
  release(): Promise<void> {
    return releaseRun(this.context.client, this.address);
  }

  /**
   * Asks the running attempt for a checkpoint now, and waits for it or for the reason why there is none: for a few minutes at
   * most. Throws `refused` when nothing trains.
   */
  async takeCheckpoint(): Promise<CheckpointAnswer> {
    const asked = await askForCheckpoint(this.context.client, this.address);
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

  /** `live.json` of an attempt; undefined before its training starts. */
  async live(attempt: number, node = 0): Promise<Live | undefined> {
    const { prefix } = this.context.settings;
    const key = `${nodePrefix(prefix, this.runKey, attempt, node)}live.json`;
    return (await getJson(this.context.objects, key)) as Live | undefined;
  }

  /** The spec as the run resolved it, with whatever else is stored beside it. */
  async spec(): Promise<unknown> {
    const found = await getJson(this.context.objects, specKey(this.context.settings.prefix, this.runKey));
    if (found === undefined) {
      throw new TrainctlError('not-found', `${shownId(this.run)} has no stored spec: it ended before it was resolved`);
    }
    return found;
  }

  /** `summary.json`; undefined while the run is open, and for runs that were never resolved. */
  async summary(): Promise<Summary | undefined> {
    const key = summaryKey(this.context.settings.prefix, this.runKey);
    return (await getJson(this.context.objects, key)) as Summary | undefined;
  }

  /** The newest attempt's number: what the run says, or, when nobody answers, what it has left in S3. */
  async attemptsOf(view: RunView): Promise<number> {
    const said = newestAttempt(view);
    return view.source === 'temporal' ? Math.max(said, await this.attemptsInStore()) : said;
  }

  /** How many attempts have left anything in S3; for when nobody else can say. */
  private async attemptsInStore(): Promise<number> {
    let attempt = 0;
    while (await this.hasObjects(attempt + 1)) attempt += 1;
    return attempt;
  }

  private async ending(): Promise<Ending> {
    for (;;) {
      try {
        return await readEnding(this.context.client, this.address);
      } catch (error) {
        if (!isConnectionFault(error)) throw error;
        await delay(1000);
      }
    }
  }

  private async hasObjects(attempt: number): Promise<boolean> {
    const prefix = nodePrefix(this.context.settings.prefix, this.runKey, attempt, 0);
    for await (const _ of this.context.objects.list(prefix)) return true;
    return false;
  }

  private describe(): Promise<WorkflowExecutionDescription> {
    const { client } = this.context;
    const { workflowId, runId } = this.address;
    return client.withDeadline(Date.now() + DESCRIBE_MS, () => client.workflow.getHandle(workflowId, runId).describe());
  }

  private async query(): Promise<RunStatus | undefined> {
    const answer = await queryStatus(this.context.client, this.address);
    this.worker = answer !== undefined;
    return answer;
  }

  /** Whether the last query found a worker. */
  get workerAnswers(): boolean {
    return this.worker;
  }

  private async withLive(status: RunStatus, source: RunView['source']): Promise<RunView> {
    const newest = newestAttempt(status);
    const attempt = newest > 0 ? newest : await this.attemptsInStore();
    const live = attempt > 0 ? await this.live(attempt) : undefined;
    return mergeLive(status, source, live, this.context.now());
  }

  /** Without a summary: what the workflow answers, else what Temporal itself knows. */
  private async told(
    description: WorkflowExecutionDescription,
    ending?: Ending,
  ): Promise<Pick<RunView, 'source'> & { status: RunStatus }> {
    // One that Temporal cut short still knows its attempts: a query replays its history.
    const answer = !ending || ending.cut ? await this.query() : undefined;
    if (answer) return { status: ending ? cutShort(answer, description, ending) : answer, source: 'workflow' };
    return { status: statusFromTemporal(description, this.address, this.context.settings, ending), source: 'temporal' };
  }

  private async endedWith(ending: Ending): Promise<RunResult> {
    const { status } = await this.told(await this.describe(), ending);
    return resultOf(status, countLeftovers(await this.context.leftovers(this.runKey)));
  }

  private reader(kind: 'log' | 'metrics' | 'setup', attempt: number, from: number): SegmentReader {
    const { prefix } = this.context.settings;
    return new SegmentReader(this.context.objects, { prefix, runKey: this.runKey, attempt, node: 0, kind }, from);
  }
}
