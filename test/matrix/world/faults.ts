import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { WebhookMessage } from '../../../contract';
import { ACTIVITIES, type ActivityName } from '../plan/activities';
import type { FaultKind } from '../plan/cells';

/** Who says what is to go wrong: the runner, which outlives the worker. */
export interface FaultDesk {
  ask(subject: string, activity: ActivityName): Promise<FaultKind | null>;
  /** The reply is about to be lost. */
  lost(subject: string): Promise<void>;
}

/** Beyond an activity's timeout, until Temporal has noticed for sure. Milliseconds. */
const PAST = 500;
const KILL_AFTER = 150;

/** The same activities, in which what the desk says goes wrong. */
export function faultInjecting<T extends object>(plain: T, desk: FaultDesk): T {
  const wrapped = Object.entries(plain).map(([name, work]: [string, (args: unknown) => Promise<unknown>]) => {
    const activity = name as ActivityName;
    const call = async (args: unknown): Promise<unknown> => {
      const subject = subjectOf(activity, args);
      const fault = await desk.ask(subject, activity);
      if (!fault) return work(args);
      return strike(
        fault,
        activity,
        () => work(args),
        () => desk.lost(subject),
      );
    };
    return [name, call];
  });
  return Object.fromEntries(wrapped) as T;
}

/** The workflow that the activity works for. A message to the webhook travels in one of its own, and names the run. */
function subjectOf(activity: ActivityName, args: unknown): string {
  if (activity === 'postWebhook') return (args as WebhookMessage).run;
  return Context.current().info.workflowExecution?.workflowId ?? '';
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
