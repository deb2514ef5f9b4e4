import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { TrainingActivities } from '../../contract';
import { ACTIVITIES, type ActivityName } from './activities';
import type { FaultKind } from './cells';

/** Who says what is to go wrong: the runner, which outlives the worker. */
export interface FaultDesk {
  ask(workflowId: string, activity: ActivityName): Promise<FaultKind | null>;
  /** The reply is about to be lost. */
  lost(workflowId: string, activity: ActivityName): Promise<void>;
}

/** Beyond an activity's timeout, until Temporal has noticed for sure. Milliseconds. */
const PAST = 500;
const KILL_AFTER = 150;

/** The same activities, in which what the desk says goes wrong. */
export function faultInjecting(plain: TrainingActivities, desk: FaultDesk): TrainingActivities {
  const wrapped = (Object.keys(plain) as ActivityName[]).map((activity) => {
    const work = plain[activity] as unknown as (args: unknown) => Promise<unknown>;
    const call = async (args: unknown): Promise<unknown> => {
      const { workflowId = '' } = Context.current().info.workflowExecution ?? {};
      const fault = await desk.ask(workflowId, activity);
      if (!fault) return work(args);
      return strike(
        fault,
        activity,
        () => work(args),
        () => desk.lost(workflowId, activity),
      );
    };
    return [activity, call];
  });
  return Object.fromEntries(wrapped) as TrainingActivities;
}

async function strike(
  fault: FaultKind,
  activity: ActivityName,
  work: () => Promise<unknown>,
  lost: () => Promise<void>,
): Promise<never> {
  switch (fault) {
    case 'before':
    case 'repeated':
      break;
    case 'after':
      await work();
      await lost();
      break;
    case 'hang':
      await sleep(timeoutMs() + PAST);
      // Late, as a worker that was frozen would: beside the next try, or after the run.
      await work();
      break;
    case 'killed':
      await Promise.race([work(), sleep(ACTIVITIES[activity].killAfter ?? KILL_AFTER)]).catch(() => undefined);
      process.kill(process.pid, 'SIGKILL');
      await new Promise(() => undefined);
  }
  throw ApplicationFailure.retryable(`injected: ${activity} ${fault}`, 'injected');
}

/** After how long of silence Temporal gives up this try. */
function timeoutMs(): number {
  const { heartbeatTimeoutMs, startToCloseTimeoutMs } = Context.current().info;
  return heartbeatTimeoutMs ? Math.min(heartbeatTimeoutMs, startToCloseTimeoutMs) : startToCloseTimeoutMs;
}
