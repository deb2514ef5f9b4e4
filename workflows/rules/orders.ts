import { formatDuration, LARGEST_COST, LONGEST_HOLD, LONGEST_RUN, parseDuration, type StopArgs } from '../../contract';
import { dollars } from './costs';
import { shorten } from './texts';

/**
 * What people may order of a run, and why not. An argument is whatever somebody typed: nothing here throws, whatever it is, and what
 * is not understood is refused in words.
 */

/** Why an order cannot be carried out; nothing: it can. */
export interface Answer {
  refusal?: string;
}

/** Of a run, what its orders depend on. Times are epoch milliseconds. */
export interface Orderable {
  startedAt: number;
  deadline: number;
  /** The latest that it may be moved to; Infinity: any. */
  lastDeadline: number;
  /** Infinity: without a limit. */
  maxCostUsd: number;
  resolved: boolean;
  ending?: { reason: string };
  verdict?: { outcome: string };
  hold?: { since: number; until: number };
  status: { phase: string };
  attempts: readonly { training: boolean }[];
}

const refuse = (refusal: string): Answer => ({ refusal });

/** A value in a few words. */
export function shownValue(value: unknown): string {
  if (typeof value === 'string') return shorten(JSON.stringify(value.slice(0, 60)), 60);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return value === undefined ? 'nothing' : String(value);
}

export function mayStop(run: Orderable, said: unknown): Answer {
  const late = decided(run);
  if (late) return refuse(late);
  const args = asArguments(said);
  if (!args) return refuse(`say how: {"mode": "graceful"}, {"mode": "now"}, or nothing; not ${shownValue(said)}`);
  const mode = args.mode ?? 'graceful';
  return mode === 'graceful' || mode === 'now' ? {} : refuse(`mode is "graceful" or "now", not ${shownValue(mode)}`);
}

/** How a stop that was accepted is to be. */
export const modeOf = (said: unknown): StopArgs['mode'] => (asArguments(said)?.mode === 'now' ? 'now' : 'graceful');

export function mayRelease(run: Orderable): Answer {
  const late = decided(run);
  if (late) return refuse(late);
  return run.hold ? {} : refuse(`nothing is held: the run is ${run.status.phase}`);
}

export function mayTakeCheckpoint(run: Orderable): Answer {
  const late = decided(run);
  if (late) return refuse(late);
  return run.attempts.some(({ training }) => training)
    ? {}
    : refuse(`nothing is training: the run is ${run.status.phase}`);
}

export function mayExtend(run: Orderable, said: unknown): Answer {
  const late = decided(run);
  if (late) return refuse(late);
  if (run.ending) return refuse(`too late: the run is already ending (${run.ending.reason})`);
  if (!run.resolved) return refuse('the run has no limits yet: it is still being resolved; ask again in a moment');
  const { duration, costUsd } = asArguments(said) ?? {};
  if (isNothing(duration) && isNothing(costUsd))
    return refuse('say what to add: {"duration": "2h"}, {"costUsd": 5}, or both');
  const seconds = isNothing(duration) ? 0 : readSeconds(duration);
  if (typeof seconds === 'string') return refuse(seconds);
  if (!isNothing(duration) && seconds <= 0) return refuse('duration must be more than nothing');
  const fault = tooLong(run, seconds) ?? costFault(run, costUsd);
  return fault === undefined ? {} : refuse(fault);
}

/** What `extend` adds. */
export interface Added {
  /** Milliseconds. */
  duration: number;
  costUsd: number;
}

/** What an `extend` adds that was accepted, whatever the limits are by now. */
export function addedBy(said: unknown): Added {
  const { duration, costUsd } = asArguments(said) ?? {};
  const seconds = isNothing(duration) ? 0 : readSeconds(duration);
  return {
    duration: typeof seconds === 'number' ? seconds * 1000 : 0,
    costUsd: typeof costUsd === 'number' ? costUsd : 0,
  };
}

/** The upper bounds of the spec hold for what is added too. */
function tooLong({ startedAt, deadline, lastDeadline, hold }: Orderable, seconds: number): string | undefined {
  const room = (lastDeadline - deadline) / 1000;
  if (seconds > 0 && seconds > room)
    return `${formatDuration(seconds)} is too much: the run's workflow was started with a timeout, after which Temporal ends it, so at most ${atMost(room)} can be added`;
  const left = LONGEST_RUN - (deadline - startedAt) / 1000;
  if (seconds > left)
    return `${formatDuration(seconds)} is too much: a run ends within ${formatDuration(LONGEST_RUN)}, so at most ${atMost(left)} can be added`;
  const held = hold ? LONGEST_HOLD - (hold.until - hold.since) / 1000 : LONGEST_HOLD;
  if (hold && seconds > held)
    return `${formatDuration(seconds)} is too much: an instance is held for ${formatDuration(LONGEST_HOLD)} at the most, so at most ${atMost(held)} can be added`;
  return undefined;
}

/** Whole seconds, so that what is said can be added. */
const atMost = (seconds: number): string => formatDuration(Math.floor(Math.max(0, seconds)));

function costFault({ maxCostUsd }: Orderable, costUsd: unknown): string | undefined {
  if (isNothing(costUsd)) return undefined;
  if (typeof costUsd !== 'number' || !Number.isFinite(costUsd) || costUsd <= 0)
    return `costUsd is a number of dollars above 0, not ${shownValue(costUsd)}`;
  if (!Number.isFinite(maxCostUsd)) return 'the run has no limits.maxCostUsd that could be extended';
  if (maxCostUsd + costUsd > LARGEST_COST)
    return `${dollars(costUsd)} is too much: limits.maxCostUsd is at most ${dollars(LARGEST_COST)}, and is ${dollars(maxCostUsd)} now`;
  return undefined;
}

/** Seconds of a number, or of text such as `2h` or `+2h`; text: why it is none. */
function readSeconds(duration: unknown): number | string {
  if (typeof duration !== 'number' && typeof duration !== 'string')
    return `duration is text such as "2h", or a number of seconds, not ${shownValue(duration)}`;
  try {
    return parseDuration(typeof duration === 'string' ? duration.trimStart().replace(/^\+/, '') : duration);
  } catch (error) {
    return (error as Error).message;
  }
}

const isNothing = (value: unknown): value is undefined | null => value === undefined || value === null;

/** The object of arguments that was said; an empty one for nothing; undefined for anything else. */
function asArguments(said: unknown): Record<string, unknown> | undefined {
  if (isNothing(said)) return {};
  return typeof said === 'object' && !Array.isArray(said) ? (said as Record<string, unknown>) : undefined;
}

function decided({ verdict }: Orderable): string | undefined {
  return verdict && `too late: the outcome is known (${verdict.outcome}), the run is being closed`;
}
