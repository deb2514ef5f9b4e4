import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { RunHandle, RunSpecInput, TrainctlClient } from '../../../client';
import { type Evidence, isSuiteTag, scenarioPrefix, scenarioRunPrefix } from '../../../contract';
import { interruptByFis } from '../interrupt';
import type { ProjectFiles, Scenario, ScenarioClock, ScenarioContext, UndoContext } from '../scenario';
import { makeClock, type OnWait } from './clock';
import { MARK, markOf } from './code-of-run';
import { makeScratch, writeFiles } from './files';
import { CapReached, type Frame } from './frame';
import { CHEAPEST, limitMinutes, patienceOf } from './limits';
import { incompleteUploads } from './uploads';

export interface ContextOptions {
  client: TrainctlClient;
  /** Of the suite; see `isSuiteTag`. */
  tag: string;
  /** What all runs of the scenario may cost, dollars. Default: as much as their specs allow. */
  capUsd?: number;
  /** Aborted by whoever cancels the suite. */
  signal?: AbortSignal;
  /** Hears what is waited for since questions to EC2, S3 or Temporal end in errors. */
  onWait?: OnWait;
  /** Lets EC2 announce that it takes a spot instance back. Default: by AWS FIS. */
  interrupt?(instanceId: string): Promise<void>;
}

/** What an undo needs, in any process that reaches the installation. */
export function undoContext(
  { name }: Pick<Scenario, 'name'>,
  { client, tag, onWait }: Pick<ContextOptions, 'client' | 'tag' | 'onWait'>,
): UndoContext {
  if (!isSuiteTag(tag)) throw new Error(`"${tag}" is no tag of a suite`);
  const { temporal, ec2, settings, store: objects } = client;
  const prefix = scenarioPrefix(settings.prefix, tag, name);
  const [uploads, clock] = [incompleteUploads(settings), makeClock(patienceOf(settings), undefined, onWait)];
  return { client, temporal, ec2, objects, uploads, settings, tag, name, prefix, clock };
}

/** How often is asked what a scenario has cost so far. */
const MONEY_MS = 15_000;

/** The context of one scenario, from its begin to its undo. */
export class RunningContext implements Frame {
  readonly client: ScenarioContext['client'];
  readonly temporal: ScenarioContext['temporal'];
  readonly ec2: ScenarioContext['ec2'];
  readonly objects: ScenarioContext['objects'];
  readonly uploads: ScenarioContext['uploads'];
  readonly settings: ScenarioContext['settings'];
  readonly prefix: string;
  readonly tag: string;
  readonly name: string;
  readonly clock: ScenarioClock;
  readonly signal: AbortSignal;
  readonly runs: RunHandle[] = [];
  /** What an undo needs. */
  readonly forUndo: UndoContext;
  private readonly ender = new AbortController();
  private readonly given: Evidence[] = [];
  private readonly starting = new Set<Promise<unknown>>();
  private readonly timers: NodeJS.Timeout[] = [];
  private ids = 0;
  private projects = 0;

  private constructor(
    scenario: Scenario,
    private readonly options: ContextOptions,
    readonly scratch: string,
  ) {
    this.forUndo = undoContext(scenario, options);
    ({
      client: this.client,
      temporal: this.temporal,
      ec2: this.ec2,
      objects: this.objects,
      uploads: this.uploads,
      settings: this.settings,
      prefix: this.prefix,
      tag: this.tag,
      name: this.name,
    } = this.forUndo);
    this.signal = AbortSignal.any([this.ender.signal, ...(options.signal ? [options.signal] : [])]);
    this.clock = makeClock(patienceOf(this.settings), this.signal, options.onWait);
    this.limit(limitMinutes(scenario, this.settings));
  }

  static async make(scenario: Scenario, options: ContextOptions): Promise<RunningContext> {
    return new RunningContext(scenario, options, await makeScratch(options.tag, scenario.name));
  }

  private limit(minutes: number): void {
    const late = new Error(`the scenario was ended after ${minutes} minutes`);
    this.timers.push(setTimeout(() => this.ender.abort(late), minutes * 60_000));
    const { capUsd } = this.options;
    if (capUsd === undefined) return;
    const look = async (): Promise<void> => {
      const spent = await this.costUsd();
      if (spent > capUsd)
        this.ender.abort(new CapReached(`its runs have cost $${spent.toFixed(4)} of $${capUsd.toFixed(4)}`));
    };
    // A look that fails is followed by another; each run has a limit of its own beside.
    this.timers.push(setInterval(() => void look().catch(() => undefined), MONEY_MS));
  }

  get cancelled(): boolean {
    return this.options.signal?.aborted === true;
  }

  async costUsd(): Promise<number> {
    const views = await Promise.all(this.runs.map((run) => run.status()));
    return views.reduce((sum, { costUsd }) => sum + costUsd, 0);
  }

  async isSpent(): Promise<boolean> {
    if (this.options.capUsd === undefined) return false;
    const ends = await Promise.all(this.runs.map((run) => run.status().catch(() => undefined)));
    return ends.some((end) => end?.outcome === 'budget');
  }

  async project(files: ProjectFiles): Promise<string> {
    this.projects += 1;
    const dir = path.join(this.scratch, `project-${this.projects}`);
    await mkdir(dir);
    await writeFiles(dir, { [MARK]: markOf(this.tag, this.name, this.projects), ...files });
    return dir;
  }

  write(dir: string, files: ProjectFiles): Promise<void> {
    return writeFiles(dir, files);
  }

  runId(): string {
    this.signal.throwIfAborted();
    this.ids += 1;
    return `${scenarioRunPrefix(this.tag, this.name)}${this.ids}`;
  }

  took(run: RunHandle): void {
    this.runs.push(run);
  }

  async start(dir: string | undefined, spec: RunSpecInput): Promise<RunHandle> {
    this.signal.throwIfAborted();
    const whole = await this.specOf(dir, spec);
    // Throws if it was aborted meanwhile: nothing is started behind the undo's back.
    const started = this.client.start(whole, { id: this.runId() });
    // One that is under way is waited for by the undo.
    this.starting.add(started);
    try {
      const run = await started;
      this.runs.push(run);
      return run;
    } finally {
      this.starting.delete(started);
    }
  }

  private async specOf(dir: string | undefined, spec: RunSpecInput): Promise<RunSpecInput> {
    const { capUsd } = this.options;
    const left = capUsd === undefined ? undefined : Math.max(capUsd - (await this.costUsd()), 0.0001);
    return {
      name: this.name,
      ...(dir === undefined ? { code: { none: true as const } } : { code: { dir } }),
      ...spec,
      project: this.tag,
      resources: { instanceTypes: [CHEAPEST], market: 'spot-then-on-demand', disk: '10GiB', ...spec.resources },
      limits: {
        maxDuration: '30m',
        capacityWait: '10m',
        ...(left === undefined ? {} : { maxCostUsd: left }),
        ...spec.limits,
      },
      checkpoints: { grace: '10s', ...spec.checkpoints },
    };
  }

  evidence(name: string, text: string): void {
    this.given.push({ name, text });
  }

  takeEvidence(): Evidence[] {
    return this.given.splice(0);
  }

  async interrupt(instanceId: string): Promise<void> {
    await (this.options.interrupt ?? ((id) => interruptByFis(this, id)))(instanceId);
  }

  /** The steps may go on in vain. */
  async end(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    if (!this.signal.aborted) this.ender.abort(new Error('the scenario is over'));
    await Promise.allSettled(this.starting);
  }
}
