import type { AttemptStatus, CheckpointRef, Live, MetricValue, RunOrigin, RunStatus } from '../../contract';
import type { PausedStep } from '../runs/paused-steps';

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
  /** With `temporal`: a worker polls for the run all the same, and had no time to answer within 3 s. */
  workerBusy?: true;
  /** Why the bucket shows nothing of the run, such as that there is none any more, or that S3 does not answer; absent when it does. */
  storeFault?: string;
  /** Temporal knows nothing of it any more: its retention is over. What is shown is what the run left in S3. */
  forgotten?: true;
  /** S3 does not answer now: what it holds of the run may be there all the same. */
  storeSilent?: true;
  /** Where it was started, and of which commit; absent when it was not started by a client of ours. */
  origin?: RunOrigin;
  /** The Temporal Schedule that started it; absent when something else did. */
  schedule?: string;
  /** Steps of an open run that somebody has paused in Temporal; absent when none is. */
  pausedSteps?: PausedStep[];
}

/** Merges what the host says of itself; a host of an older attempt is not believed over the workflow. */
export function mergeLive(status: RunStatus, source: RunView['source'], live: Live | undefined, now: Date): RunView {
  const view: RunView = { ...status, source };
  if (!status.endedAt) view.costUsd = Math.max(status.costUsd, runningCost(status.attempts, now));
  if (live && live.attempt >= newestAttempt(status) && !isForeign(live, status)) {
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

/** After a reset of the workflow: an instance wrote it that the execution before had launched. */
function isForeign({ attempt, instance }: Live, { attempts }: RunStatus): boolean {
  const own = attempts.find(({ number }) => number === attempt)?.instanceId;
  return instance !== undefined && own !== undefined && own !== instance;
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
