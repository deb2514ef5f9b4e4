import { workflowInfo } from '@temporalio/workflow';
import {
  type CheckpointAnswer,
  type HostEvent,
  maintenanceLeadSeconds,
  type NodeRef,
  type Notice,
  type Placement,
  type RunStatus,
} from '../../../contract';
import {
  diskHourlyUsd,
  dollars,
  hourlyRate,
  type Meter,
  secondsUntil,
  totalCost,
  totalOnDemand,
} from '../../rules/costs';
import { type AttemptEnd, type Ending, mergeEnding } from '../../rules/endings';
import { budgetWarning, deadlineWarning, limitsBefore, span } from '../../rules/foresight';
import { type Judgement, judge, type Spent, spentBy } from '../../rules/retries';
import { fitStatus } from '../../rules/status-size';
import { iso } from '../../rules/texts';
import { Attempt } from './attempt';
import type { Plan } from './plan';
import { tellResumed } from './resumed';
import type { Hold, Verdict } from './verdict';
import { Warnings } from './warnings';

/**
 * All that a run knows. Handlers and limits only write {@link Run.ending}; attempts only write {@link Run.verdict}; whoever
 * waits, waits for {@link Run.over}.
 */
export class Run {
  readonly startedAt = workflowInfo().startTime.getTime();
  readonly workflowId = workflowInfo().workflowId;
  readonly attempts: Attempt[] = [];
  readonly status: RunStatus;
  ending?: Ending;
  verdict?: Verdict;
  /** Whether Temporal itself was asked to cancel the workflow. */
  cancelRequested = false;
  /** Set while the instance of an attempt that has failed is kept. The outcome is known then, whatever is asked. */
  hold?: Hold;
  /** The settings name a webhook. */
  webhook = false;
  /** How many messages were sent to it. */
  messages = 0;
  /** Epoch milliseconds. */
  deadline = Number.POSITIVE_INFINITY;
  /** The latest that the deadline may be moved to: Temporal ends the workflow soon after. Epoch milliseconds. */
  lastDeadline = Number.POSITIVE_INFINITY;
  /** When Temporal itself ends the run, by a timeout that somebody gave its workflow. Epoch milliseconds. */
  cutAt = Number.POSITIVE_INFINITY;
  maxCostUsd = Number.POSITIVE_INFINITY;
  /** Grow when a limit was moved, and when an instance began or ceased to cost money: the guards then look again. */
  limitChanges = 0;
  rateChanges = 0;
  /** Seconds spent in waiting for capacity so far. */
  capacityWaited = 0;
  /** Rounds in a row in which nobody gave an instance. */
  refusedRounds = 0;
  /** After how many changes of the limits it was warned last that each comes too early. */
  readonly #foreseen = { deadline: -1, budget: -1 };
  readonly #warnings: Warnings;
  #plan?: Plan;

  constructor() {
    this.status = emptyStatus(this.workflowId, iso(this.startedAt));
    this.#warnings = new Warnings(this.status);
  }

  /** Nothing new is begun any more: somebody asked for an ending, or the outcome is known. */
  get over(): boolean {
    return this.ending !== undefined || this.verdict !== undefined;
  }

  get plan(): Plan {
    if (!this.#plan) throw new Error('the run has not been resolved yet');
    return this.#plan;
  }

  get resolved(): boolean {
    return this.#plan !== undefined;
  }

  /** Why nothing new is begun any more. */
  get whyOver(): string {
    return this.verdict?.reason ?? this.ending?.reason ?? '';
  }

  resolve(plan: Plan): void {
    this.#plan = plan;
    const { limits, name, project, steps } = plan.spec;
    this.deadline = this.startedAt + limits.maxDurationSeconds * 1000;
    this.maxCostUsd = limits.maxCostUsd ?? Number.POSITIVE_INFINITY;
    const { runKey, installation } = plan.run;
    const { cloud, region, bucket, prefix } = plan;
    if (steps !== undefined) this.status.steps = steps;
    Object.assign(this.status, { runKey, installation, name, project, cloud, region, bucket, prefix });
  }

  /** Asks for an ending. After the outcome is known there is nothing left to ask for but the end of a hold. */
  ask(ending: Ending): void {
    if (this.verdict) return;
    if (this.hold) {
      this.hold.released = true;
      return;
    }
    this.ending = mergeEnding(this.ending, ending);
    this.status.ending = this.ending;
  }

  /** The first verdict stands. */
  decide(verdict: Verdict): void {
    this.verdict ??= verdict;
  }

  /** Keeps the last five, each once. */
  warn(message: string): void {
    this.#warnings.warn(message);
  }

  /** Warns of a message that was not understood, or that cannot be obeyed now. */
  refuse(refusal: string): void {
    this.#warnings.refuse(refusal);
  }

  /** Counts a wish for a checkpoint; the answer to it is given under this number. */
  askCheckpoint(): number {
    const count = (this.status.checkpointAsked?.count ?? 0) + 1;
    this.status.checkpointAsked = { count };
    return count;
  }

  /** What came of a wish; one that was repeated meanwhile waits for the answer to the last. */
  answerCheckpoint(count: number | undefined, answer: CheckpointAnswer | undefined): void {
    const asked = this.status.checkpointAsked;
    if (asked && asked.count === count) this.status.checkpointAsked = { count, answer: answer ?? {} };
  }

  open(): Attempt {
    const attempt = new Attempt(this.plan, this.attempts.length + 1);
    this.attempts.push(attempt);
    return attempt;
  }

  before(attempt: Attempt): Attempt[] {
    return this.attempts.filter((a) => a.number < attempt.number);
  }

  /** Takes a transition on the host of an attempt; answers whether it was news. */
  hear(told: HostEvent): boolean {
    const attempt = this.attempts.find((a) => a.number === told.attempt);
    if (!attempt?.hear(told)) return false;
    const { event } = told;
    if (event.kind === 'checkpoint-failed') this.warn(`attempt ${told.attempt}: ${event.why}`);
    if (event.kind === 'alert') this.warn(`attempt ${told.attempt}: ${event.message}`);
    if (event.kind === 'warning') this.warn(event.message);
    if (event.kind === 'scheduled' && event.notice) this.tellScheduled(attempt, event.notice);
    if (event.kind === 'eta') this.foresee();
    if (event.kind === 'first-step') tellResumed(this, attempt);
    return true;
  }

  /** Shows what EC2 will do to the instance of an attempt, until it is near. */
  tellScheduled(attempt: Attempt, notice: Notice): void {
    attempt.schedule(notice);
    const lead = span(maintenanceLeadSeconds(this.plan.spec.checkpoints.graceSeconds) * 1000);
    const { action, time } = notice;
    this.warn(
      `attempt ${attempt.number}: EC2 has scheduled maintenance of its instance (${action}), not before ${time}; some ${lead} ahead of that it is left`,
    );
  }

  /** Warns of limits that come before the expected end, of each once until a limit is moved. */
  foresee(): void {
    const { eta } = this;
    if (eta === undefined || this.over) return;
    const now = Date.now();
    const spentAt = now + this.secondsUntilCost(this.maxCostUsd) * 1000;
    const prospect = { now, eta, deadline: this.deadline, spentAt };
    const before = limitsBefore(prospect);
    const { workflowId } = this.plan.run;
    for (const limit of ['deadline', 'budget'] as const) {
      if (!before[limit] || this.#foreseen[limit] === this.limitChanges) continue;
      this.#foreseen[limit] = this.limitChanges;
      this.warn(
        limit === 'deadline'
          ? deadlineWarning(workflowId, prospect)
          : budgetWarning(workflowId, prospect, dollars(this.maxCostUsd)),
      );
    }
  }

  /** When the attempt that trains is expected to be at its last step; epoch milliseconds. */
  get eta(): number | undefined {
    const last = this.attempts.at(-1);
    return last?.training && !this.over ? last.eta : undefined;
  }

  /** From here on the instance of the attempt costs money. */
  bill(attempt: Attempt, placement: Placement, from: number): void {
    const { spec, diskUsdPerGiBMonth } = this.plan;
    const disk = diskHourlyUsd(spec.resources.diskGiB, diskUsdPerGiBMonth);
    attempt.meter = {
      from,
      hourlyUsd: hourlyRate(placement.hourlyUsd, disk),
      onDemandHourlyUsd: hourlyRate(placement.onDemandHourlyUsd, disk),
    };
    this.rateChanges += 1;
  }

  /** When an instance in that place has alone spent what is left of the budget: epoch milliseconds, Infinity without an end. */
  spentAt(placement: Placement): number {
    const { spec, diskUsdPerGiBMonth } = this.plan;
    const hourlyUsd = hourlyRate(placement.hourlyUsd, diskHourlyUsd(spec.resources.diskGiB, diskUsdPerGiBMonth));
    return Date.now() + (Math.max(0, this.maxCostUsd - this.costUsd) / hourlyUsd) * 3_600_000;
  }

  nodeRef(attempt: number): NodeRef {
    return { ...this.plan.run, attempt, node: 0 };
  }

  /** What the attempts have spent of the retry budgets; a notice counts from the moment it is given. */
  get spent(): Spent {
    return spentBy(
      this.attempts.flatMap((a) => a.outlook ?? []),
      this.plan.spec.retry,
    );
  }

  /** What the end of an attempt, or its outlook, means for the run. */
  judge(end: AttemptEnd): Judgement {
    return judge(end, this.spent, this.plan.spec.retry);
  }

  /** Epoch seconds at which every host ends itself if nobody told it otherwise. */
  get hostDeadline(): number {
    return Math.ceil(this.deadline / 1000) + this.plan.spec.checkpoints.graceSeconds;
  }

  /** Where instances were taken from us, in the order in which that happened. */
  get taken(): Placement[] {
    return this.attempts
      .filter(({ outlook }) => outlook?.kind === 'interrupted' || outlook?.kind === 'unreachable')
      .flatMap((a) => a.status.placement ?? []);
  }

  get meters(): Meter[] {
    return this.attempts.flatMap((a) => a.meter ?? []);
  }

  get costUsd(): number {
    return totalCost(this.meters, Date.now());
  }

  /** Seconds until the run has cost `usd`, as things stand. */
  secondsUntilCost(usd: number): number {
    return secondsUntil(this.meters, usd, Date.now());
  }

  /** Says when a hold ends as things stand: its own time, the deadline, or the moment at which the budget is spent. */
  dateHold(): void {
    if (!this.hold) return;
    const spent = Date.now() + this.secondsUntilCost(this.maxCostUsd) * 1000;
    this.status.heldUntil = iso(Math.min(this.hold.until, this.deadline, spent));
  }

  /** The run as people see it now. */
  snapshot(): RunStatus {
    const { status, attempts } = this;
    status.costUsd = this.costUsd;
    status.onDemandUsd = totalOnDemand(this.meters, Date.now());
    status.attemptCount = attempts.length;
    status.attempts = attempts.map((a) => a.snapshot());
    const retired = attempts.filter((a) => a.retired).map((a) => a.number);
    if (retired.length > 0) status.retiredAttempts = retired;
    if (this.#plan) {
      const { interruptions, failures, freeRestarts } = this.spent;
      Object.assign(status, { interruptions, failures: failures + freeRestarts });
    }
    delete status.etaAt;
    if (this.eta !== undefined && Number.isFinite(this.eta)) status.etaAt = iso(this.eta);
    if (Number.isFinite(this.deadline)) status.deadlineAt = iso(this.deadline);
    if (Number.isFinite(this.maxCostUsd)) status.maxCostUsd = this.maxCostUsd;
    return fitStatus({ ...status });
  }
}

const emptyStatus = (run: string, startedAt: string): RunStatus => ({
  run,
  runKey: '',
  name: '',
  project: '',
  installation: '',
  cloud: 'local',
  region: '',
  bucket: '',
  prefix: '',
  phase: 'resolving',
  startedAt,
  costUsd: 0,
  onDemandUsd: 0,
  attemptCount: 0,
  interruptions: 0,
  failures: 0,
  attempts: [],
});
