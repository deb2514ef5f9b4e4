import {
  type AttemptStatus,
  type CheckpointRef,
  type Live,
  type MetricValue,
  type RunOrigin,
  type RunResult,
  type RunStatus,
  shownId,
} from '../../contract';

/** A run as people see it: the workflow's own account, with what is too lively for its history merged in. Only grows. */
export interface RunView extends RunStatus {
  /** The training step of this moment. */
  step?: number;
  /** Training steps in all: as the metrics say, else as the spec does. */
  steps?: number;
  /** What the newest attempt's host wrote last; absent before its training starts. */
  live?: Live;
  /**
   * `workflow`: a worker answered the query. `summary`: the run has ended and left its summary. `temporal`: no worker
   * answers, so only what the Temporal server itself knows, and the host's own words in S3.
   */
  source: 'workflow' | 'summary' | 'temporal';
  /** Where it was started, and of which commit; absent when it was not started by a client of ours. */
  origin?: RunOrigin;
}

/** Merges what the host says of itself; a host of an older attempt is not believed over the workflow. */
export function mergeLive(status: RunStatus, source: RunView['source'], live: Live | undefined, now: Date): RunView {
  const view: RunView = { ...status, source };
  if (!status.endedAt) view.costUsd = Math.max(status.costUsd, runningCost(status.attempts, now));
  if (live && live.attempt >= newestAttempt(status)) {
    view.live = live;
    if (live.metrics && Object.keys(live.metrics).length > 0) view.lastMetrics = live.metrics;
    // Its own or none: what an attempt before had is over.
    for (const key of ['notFinite', 'unreadableMetrics', 'etaAt'] as const) delete view[key];
    if (live.notFinite) view.notFinite = live.notFinite;
    if (live.unreadable) view.unreadableMetrics = live.unreadable;
    if (live.etaAt !== undefined && live.phase === 'training' && !status.endedAt) view.etaAt = live.etaAt;
    if (live.checkpoint) {
      view.lastCheckpoint = newestCheckpoint(status.lastCheckpoint, { ...live.checkpoint, attempt: live.attempt });
    }
  }
  const step = view.live?.step ?? status.finalStep ?? finite(view.lastMetrics?.step);
  if (step !== undefined) view.step = step;
  const steps = view.live?.steps ?? stepsInAll(view.lastMetrics ?? {}) ?? status.steps;
  if (steps !== undefined) view.steps = steps;
  return view;
}

/** As trainings call it, in the order in which the agent believes them. */
export function stepsInAll(metrics: Record<string, MetricValue>): number | undefined {
  const said = [metrics.steps, metrics.total_steps, metrics.max_steps].map(finite);
  return said.find((value) => value !== undefined && value >= 1);
}

const finite = (value: MetricValue | undefined): number | undefined => (typeof value === 'number' ? value : undefined);

/** The newest attempt's number; a long run's status leaves the oldest attempts out, so their count says less. */
export function newestAttempt(status: Pick<RunStatus, 'attempts' | 'attemptCount'>): number {
  return Math.max(status.attemptCount, status.attempts[status.attempts.length - 1]?.number ?? 0);
}

function newestCheckpoint(a: CheckpointRef | undefined, b: CheckpointRef): CheckpointRef {
  if (!a) return b;
  if (a.attempt !== b.attempt) return b.attempt > a.attempt ? b : a;
  // Keys of one attempt's checkpoints sort by their age.
  return b.key >= a.key ? b : a;
}

/** Dollars so far: what ended attempts cost, and the hours of those that still run at their placement's price. */
export function runningCost(attempts: readonly AttemptStatus[], now: Date): number {
  let sum = 0;
  for (const attempt of attempts) {
    if (!attempt.placement || !attempt.launchedAt) sum += attempt.costUsd;
    else {
      const until = attempt.terminatedAt ? Date.parse(attempt.terminatedAt) : now.getTime();
      const hours = Math.max(0, until - Date.parse(attempt.launchedAt)) / 3_600_000;
      sum += Math.max(attempt.costUsd, attempt.terminatedAt ? 0 : hours * attempt.placement.hourlyUsd);
    }
  }
  return sum;
}

/** The result of an ended run, from its status; what `run --json` ends with. */
export function resultOf(status: RunStatus, leftovers: number): RunResult {
  if (!status.outcome) throw new Error(`${shownId(status.run)} has not ended`);
  const ended = status.endedAt ? Date.parse(status.endedAt) : Date.parse(status.startedAt);
  return {
    outcome: status.outcome,
    run: status.run,
    attemptCount: status.attemptCount,
    interruptions: status.interruptions,
    resumedFromStep: status.resumedFromStep ?? null,
    finalStep: status.finalStep ?? null,
    costUsd: status.costUsd,
    leftovers,
    seconds: Math.round((ended - Date.parse(status.startedAt)) / 100) / 10,
    ...(status.reason === undefined ? {} : { reason: status.reason }),
    ...(status.notKept === undefined ? {} : { notKept: status.notKept }),
  };
}
