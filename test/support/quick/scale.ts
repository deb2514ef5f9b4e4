import type { Duration } from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time';
import type { ActivityOptions } from '@temporalio/workflow';

/** Milliseconds: how short a duration may become at the most, by what it is for. */
export interface Floors {
  startToClose: number;
  heartbeat: number;
  scheduleToClose: number;
  firstRetry: number;
  lastRetry: number;
}

const DIVISOR = 20;

export const scaled = (duration: Duration, floor: number): number => {
  const ms = msToNumber(duration);
  // What is short already stays as it is.
  return Math.min(ms, Math.max(floor, ms / DIVISOR));
};

/** The same options, a twentieth as long. */
export function quickOptions(options: ActivityOptions, floors: Floors): ActivityOptions {
  const quick: ActivityOptions = { ...options };
  const { startToCloseTimeout, heartbeatTimeout, scheduleToCloseTimeout, retry } = options;
  if (startToCloseTimeout !== undefined) quick.startToCloseTimeout = scaled(startToCloseTimeout, floors.startToClose);
  if (heartbeatTimeout !== undefined) quick.heartbeatTimeout = scaled(heartbeatTimeout, floors.heartbeat);
  if (scheduleToCloseTimeout !== undefined)
    quick.scheduleToCloseTimeout = scaled(scheduleToCloseTimeout, floors.scheduleToClose);
  if (retry) {
    const { initialInterval, maximumInterval } = retry;
    quick.retry = { ...retry };
    if (initialInterval !== undefined) quick.retry.initialInterval = scaled(initialInterval, floors.firstRetry);
    if (maximumInterval !== undefined) quick.retry.maximumInterval = scaled(maximumInterval, floors.lastRetry);
  }
  return quick;
}
