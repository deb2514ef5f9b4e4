import type { Duration } from '@temporalio/common';
import * as workflow from '@temporalio/workflow';
import { scaled } from './scale';

export * from '@temporalio/workflow';

/** Milliseconds. */
const FLOOR = 100;

/** Stands in for `sleep` in the bundles of tests. */
export const sleep = (duration: Duration): Promise<void> => workflow.sleep(scaled(duration, FLOOR));

/** Stands in for `condition`; only its timeout is another. */
export function condition(fact: () => boolean): Promise<void>;
export function condition(fact: () => boolean, timeout: Duration): Promise<boolean>;
export async function condition(fact: () => boolean, timeout?: Duration): Promise<unknown> {
  return timeout === undefined ? workflow.condition(fact) : workflow.condition(fact, scaled(timeout, FLOOR));
}
