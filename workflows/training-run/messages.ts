import {
  CancellationScope,
  defineQuery,
  defineSignal,
  defineUpdate,
  patched,
  setDefaultSignalHandler,
  setHandler,
  upsertMemo,
} from '@temporalio/workflow';
import {
  type HostEvent,
  LIMITS_MEMO,
  type LimitsMemo,
  type LimitsNow,
  MESSAGES,
  type RunStatus,
  readHostEvent,
} from '../../contract';
import { failure } from '../failures';
import { setPage } from '../pages';
import {
  type Answer,
  addedBy,
  mayExtend,
  mayRelease,
  mayStop,
  mayTakeCheckpoint,
  modeOf,
  shownValue,
} from '../rules/orders';
import { iso } from '../rules/texts';
import { noSuchSignal } from '../rules/unknown-signals';
import { pageOf, publish, show } from './board';
import { STAYS_TRUE } from './state/attempt';
import type { Run } from './state/run';
import { tellAlert } from './webhook';

/** What people order of a run: by an update, which answers, or by a signal of the same name, which cannot. */
interface Order<R> {
  name: string;
  description: string;
  /** Pure. */
  may(said: unknown): Answer;
  carryOut(said: unknown): R;
}

/**
 * Sets every handler, and the page; called before the first await. A handler changes the run's state and returns: the story waits for that
 * state. What comes with a message is whatever somebody typed, and no handler throws: a validator does, and what it throws is what
 * the sender of an update reads; what came as a signal is refused by a warning.
 */
export function answerMessages(run: Run): void {
  setPage(pageOf(run));
  setHandler(defineQuery<RunStatus>(MESSAGES.status), () => run.snapshot(), {
    description: 'Where the run is, with all attempts',
  });

  takeOrder<void>(run, {
    name: MESSAGES.stop,
    description: 'Ends the run: {"mode": "graceful"} or {"mode": "now"}',
    may: (said) => mayStop(run, said),
    carryOut: (said) => run.ask({ outcome: 'cancelled', reason: 'stopped by request', mode: modeOf(said) }),
  });

  takeOrder<{ asked: number }>(run, {
    name: MESSAGES.takeCheckpoint,
    description: 'Asks the training for a checkpoint now; the answer is `checkpointAsked` of the status',
    may: () => mayTakeCheckpoint(run),
    carryOut: () => {
      for (const attempt of run.attempts) attempt.checkpointAsked ||= attempt.training;
      return { asked: run.askCheckpoint() };
    },
  });

  takeOrder<LimitsNow>(run, {
    name: MESSAGES.extend,
    description: 'Adds to the limits: {"duration": "2h", "costUsd": 5}',
    may: (said) => mayExtend(run, said),
    carryOut: (said) => extendLimits(run, said),
  });

  takeOrder<void>(run, {
    name: MESSAGES.release,
    description: 'Ends the instance of a failed run that is held',
    may: () => mayRelease(run),
    carryOut: () => {
      if (run.hold) run.hold.released = true;
    },
  });

  setHandler(defineSignal<[unknown]>(MESSAGES.hostEvent), (said) => hear(run, said), {
    description: 'Not for people: what the workers tell of a host',
  });
  setDefaultSignalHandler((name) => refuse(run, noSuchSignal(name, ORDERS)));

  // The root scope is cancelled by Temporal alone; the story below runs shielded from it.
  CancellationScope.current().cancelRequested.catch(() => {
    run.cancelRequested = true;
    run.ask({ outcome: 'cancelled', reason: 'cancelled through Temporal', mode: 'graceful' });
  });
}

const ORDERS = [MESSAGES.stop, MESSAGES.takeCheckpoint, MESSAGES.extend, MESSAGES.release];

function takeOrder<R>(run: Run, { name, description, may, carryOut }: Order<R>): void {
  setHandler(defineUpdate<R, [unknown]>(name), carryOut, {
    description,
    validator: (said) => {
      const { refusal } = may(said);
      if (refusal !== undefined) throw failure('refused', refusal);
    },
  });
  setHandler(
    defineSignal<[unknown]>(name),
    (said) => {
      // One that a run was sent before it knew orders by signal had no effect, and must have none when that is replayed.
      const { refusal } = patched('orders-by-signal') ? may(said) : { refusal: 'it came to an older release' };
      if (refusal === undefined) carryOut(said);
      else refuse(run, `the signal ${name} was not obeyed: ${refusal}`);
    },
    { description },
  );
}

function refuse(run: Run, refusal: string): void {
  run.refuse(refusal);
  show(run);
}

function hear(run: Run, said: unknown): void {
  const event = readHostEvent(said);
  if (!event) refuse(run, `a signal hostEvent was dropped: ${shownValue(said)} is none that a worker sends`);
  const told = event && inTime(run, event);
  if (!told || !run.hear(told)) return;
  publish(run);
  if (told.event.kind === 'alert') void tellAlert(run, told.attempt, told.event);
}

/** How far the clock of Temporal's that numbers attachments may be ahead of that of the workflow. Milliseconds. */
const AHEAD_MS = 60_000;

/**
 * Attachments are numbered by their moment, in microseconds: one of the future would silence all that are to come. An honest one is of
 * the future when Temporal's clock has been set back since; what of it stays true is heard, and is no newer than anything.
 */
function inTime(run: Run, event: HostEvent): HostEvent | undefined {
  const { epoch } = event;
  if (epoch <= (Date.now() + AHEAD_MS) * 1000 || !patched('no-epoch-of-the-future')) return event;
  if (STAYS_TRUE.has(event.event.kind) && patched('true-whatever-the-time')) return { ...event, epoch: 0, sequence: 0 };
  refuse(run, `a signal hostEvent was dropped: its epoch ${epoch} has not come yet`);
  return undefined;
}

function extendLimits(run: Run, said: unknown): LimitsNow {
  const { duration, costUsd } = addedBy(said);
  run.deadline += duration;
  if (run.hold) run.hold.until += duration;
  run.maxCostUsd += costUsd;
  run.limitChanges += 1;
  run.foresee();
  run.dateHold();
  publish(run);
  if (patched('limits-in-memo')) upsertMemo({ [LIMITS_MEMO]: memoOf(run) });
  return {
    deadlineAt: iso(run.deadline),
    ...(Number.isFinite(run.maxCostUsd) ? { maxCostUsd: run.maxCostUsd } : {}),
  };
}

/** For the reconciler, which asks when nobody answers: instances were launched, and tagged, with the limits of before. */
function memoOf(run: Run): LimitsMemo {
  const spentAt = run.attempts.flatMap(({ meter, status: { placement } }) =>
    meter && meter.to === undefined && placement ? run.spentAt(placement) : [],
  );
  // Of an instance that is just being launched nobody knows yet where it will be.
  const latest = Math.max(...(spentAt.length > 0 ? spentAt : run.plan.placements.map((one) => run.spentAt(one))));
  return {
    deadlineAt: iso(run.deadline),
    ...(Number.isFinite(latest) ? { budgetEndsAt: iso(latest) } : {}),
  };
}
