import { ActivityFailure, ApplicationFailure, log, workflowInfo } from '@temporalio/workflow';
import {
  type FailedSchedule,
  SCHEDULED_BY,
  SUITE_DEFAULTS,
  SUITE_PAUSED,
  type SuiteActivities,
  type SuiteOutcome,
  type SuiteRef,
  suiteResultOf,
} from '../../contract';
import { fitBytes } from '../rules/texts';
import { rootMessage } from './failures';
import { concludeSuite } from './steps';
import type { Suite } from './suite';

/** The Schedule that has started it. */
function scheduleOf(suite: Suite): FailedSchedule | undefined {
  const id: unknown = workflowInfo().searchAttributes[SCHEDULED_BY]?.[0];
  const { pauseAfter } = suite.plan?.options ?? SUITE_DEFAULTS;
  return typeof id === 'string' && id !== '' ? { id, pauseAfter } : undefined;
}

/** Options that are wrong are wrong every night. */
export async function tellSchedule(suite: Suite, ref: SuiteRef | undefined, reason: string): Promise<void> {
  const schedule = scheduleOf(suite);
  if (!schedule || !ref) return;
  const lacking = await conclude(suite, { suite: ref, reason: fitBytes(reason, 900), schedule });
  if (lacking) log.warn(`the Schedule ${schedule.id} does not know of it: ${lacking.why}`);
}

/** Not worth an open workflow: it gives up after ten minutes. */
export async function report(suite: Suite, outcome: SuiteOutcome): Promise<void> {
  if (!suite.plan) return;
  const { status } = suite;
  status.report = suite.plan.report;
  const schedule = outcome === 'failed' || outcome === 'over-budget' ? scheduleOf(suite) : undefined;
  const result = suiteResultOf(status, outcome);
  const lacking = await conclude(suite, { suite: suite.ref, result, ...(schedule === undefined ? {} : { schedule }) });
  if (lacking === undefined) return;
  if (lacking.stored !== true) delete status.report;
  const unknown = schedule ? 'whether the report was stored, and the Schedule told' : 'whether the report was stored';
  const why = lacking.stored === undefined ? `${unknown}, is not known: ${lacking.why}` : lacking.why;
  suite.warn(why);
  log.warn(why);
}

interface Lacking {
  why: string;
  /** Whether the report is stored all the same; absent: nobody has said so. */
  stored?: boolean;
}

/** @returns what it lacks when it was given up; undefined: it was done */
async function conclude(
  suite: Suite,
  args: Parameters<SuiteActivities['concludeSuite']>[0],
): Promise<Lacking | undefined> {
  const heard = (said: unknown): Omit<Lacking, 'why'> => {
    const { paused, stored } = (said ?? {}) as { paused?: unknown; stored?: unknown };
    if (paused === true) suite.pausedSchedule = args.schedule?.id;
    return typeof stored === 'boolean' ? { stored } : {};
  };
  try {
    heard(await concludeSuite(args));
    return undefined;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    const said = error.cause instanceof ApplicationFailure ? heard(error.cause.details?.[0]) : {};
    return { why: rootMessage(error), ...said };
  }
}

/** What the next failure of its Schedule has to know. */
export const pausedMemo = ({ pausedSchedule }: Suite): Record<string, string> =>
  pausedSchedule === undefined ? {} : { [SUITE_PAUSED]: pausedSchedule };
