import { CancellationScope, defineQuery, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import {
  type ExtendArgs,
  type HostEvent,
  type LimitsNow,
  MESSAGES,
  parseDuration,
  type RunStatus,
  type StopArgs,
} from '../../contract';
import { iso } from '../rules/texts';
import { publish } from './board';
import type { Run } from './state/run';
import { tellAlert } from './webhook';

const stop = defineUpdate<void, [StopArgs | undefined]>(MESSAGES.stop);
const takeCheckpoint = defineUpdate<{ asked: number }, []>(MESSAGES.takeCheckpoint);
const extend = defineUpdate<LimitsNow, [ExtendArgs]>(MESSAGES.extend);
const release = defineUpdate<void, []>(MESSAGES.release);
const status = defineQuery<RunStatus>(MESSAGES.status);
const hostEvent = defineSignal<[HostEvent]>(MESSAGES.hostEvent);

/**
 * Sets every handler; called before the first await. A handler changes the run's state and returns: the story waits for that
 * state. Validators are pure, and what they throw is what the sender reads.
 */
export function answerMessages(run: Run): void {
  setHandler(status, () => run.snapshot(), { description: 'Where the run is, with all attempts' });

  setHandler(
    stop,
    (args) => run.ask({ outcome: 'cancelled', reason: 'stopped by request', mode: args?.mode ?? 'graceful' }),
    { validator: (args) => mayStop(run, args), description: 'Ends the run: {"mode": "graceful"} or {"mode": "now"}' },
  );

  setHandler(
    takeCheckpoint,
    () => {
      for (const attempt of run.attempts) attempt.checkpointAsked ||= attempt.training;
      return { asked: run.askCheckpoint() };
    },
    {
      validator: () => mayTakeCheckpoint(run),
      description: 'Asks the training for a checkpoint now; the answer is `checkpointAsked` of the status',
    },
  );

  setHandler(extend, (args) => extendLimits(run, args), {
    validator: (args) => mayExtend(run, args),
    description: 'Adds to the limits: {"duration": "2h", "costUsd": 5}',
  });

  setHandler(
    release,
    () => {
      if (run.hold) run.hold.released = true;
    },
    { validator: () => mayRelease(run), description: 'Ends the instance of a failed run that is held' },
  );

  setHandler(hostEvent, (event) => {
    if (!run.hear(event)) return;
    publish(run);
    if (event.event.kind === 'alert') void tellAlert(run, event.attempt, event.event);
  });

  // The root scope is cancelled by Temporal alone; the story below runs shielded from it.
  CancellationScope.current().cancelRequested.catch(() => {
    run.cancelRequested = true;
    run.ask({ outcome: 'cancelled', reason: 'cancelled through Temporal', mode: 'graceful' });
  });
}

function mayStop(run: Run, args: StopArgs | undefined): void {
  refuseIfDecided(run);
  const mode: unknown = args?.mode ?? 'graceful';
  if (mode !== 'graceful' && mode !== 'now')
    throw new Error(`mode is "graceful" or "now", not ${JSON.stringify(mode)}`);
}

function mayRelease(run: Run): void {
  refuseIfDecided(run);
  if (!run.hold) throw new Error(`nothing is held: the run is ${run.status.phase}`);
}

function mayTakeCheckpoint(run: Run): void {
  refuseIfDecided(run);
  if (!run.attempts.some((a) => a.training)) throw new Error(`nothing is training: the run is ${run.status.phase}`);
}

function mayExtend(run: Run, args: ExtendArgs | undefined): void {
  refuseIfDecided(run);
  if (run.ending) throw new Error(`too late: the run is already ending (${run.ending.reason})`);
  if (!run.resolved) throw new Error('the run has no limits yet: it is still being resolved; ask again in a moment');
  if (args?.duration === undefined && args?.costUsd === undefined)
    throw new Error('say what to add: {"duration": "2h"}, {"costUsd": 5}, or both');
  const { duration, costUsd } = args;
  if (duration !== undefined && !(addedSeconds(duration) > 0)) throw new Error('duration must be more than nothing');
  if (costUsd === undefined) return;
  if (typeof costUsd !== 'number' || !Number.isFinite(costUsd) || costUsd <= 0)
    throw new Error(`costUsd is a number of dollars above 0, not ${JSON.stringify(costUsd)}`);
  if (!Number.isFinite(run.maxCostUsd)) throw new Error('the run has no limits.maxCostUsd that could be extended');
}

/** Seconds, or text such as `2h` or `+2h`. */
const addedSeconds = (duration: number | string): number =>
  parseDuration(typeof duration === 'string' ? duration.replace(/^\s*\+/, '') : duration);

function extendLimits(run: Run, { duration, costUsd }: ExtendArgs): LimitsNow {
  const added = addedSeconds(duration ?? 0) * 1000;
  run.deadline += added;
  if (run.hold) run.hold.until += added;
  run.maxCostUsd += costUsd ?? 0;
  run.limitChanges += 1;
  run.foresee();
  run.dateHold();
  publish(run);
  return {
    deadlineAt: iso(run.deadline),
    ...(Number.isFinite(run.maxCostUsd) ? { maxCostUsd: run.maxCostUsd } : {}),
  };
}

function refuseIfDecided(run: Run): void {
  if (run.verdict) throw new Error(`too late: the outcome is known (${run.verdict.outcome}), the run is being closed`);
}
