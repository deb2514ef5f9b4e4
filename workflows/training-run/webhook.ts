import { condition, log, ParentClosePolicy, patched, startChild, workflowInfo } from '@temporalio/workflow';
import {
  type AlertKind,
  markdownText,
  NOTIFY_TYPE,
  type RunResult,
  shownId,
  type WebhookEvent,
  type WebhookMessage,
} from '../../contract';
import { iso, shorten } from '../rules/texts';
import { rootMessage } from './shared/failures';
import type { Attempt } from './state/attempt';
import type { Run } from './state/run';

/** Tells the webhook of the settings, if there is one. Waits until Temporal has taken the message, never for its delivery. */
async function tell(run: Run, event: WebhookEvent): Promise<void> {
  if (!run.webhook) return;
  const { name, project, installation, cloud, region, runKey } = run.status;
  const message: WebhookMessage = {
    ...event,
    run: run.workflowId,
    at: iso(Date.now()),
    ...(run.resolved ? { runKey, name, project, installation, cloud, region } : {}),
  };
  run.messages += 1;
  try {
    await startChild(NOTIFY_TYPE, {
      workflowId: `trainctl-notify-${workflowInfo().runId}-${run.messages}`,
      taskQueue: workflowInfo().taskQueue,
      args: [message],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowExecutionTimeout: '1 hour',
      // One short line for people.
      staticSummary: markdownText(`webhook: ${event.event} of ${shownId(run.workflowId)}`, 60),
    });
  } catch (error) {
    log.warn(`webhook not told of ${event.event}: ${rootMessage(error)}`);
  }
}

export const tellEnd = (run: Run, result: RunResult): Promise<void> =>
  tell(run, {
    event: 'ended',
    outcome: result.outcome,
    reason: shorten(result.reason ?? result.outcome, 1000),
    costUsd: result.costUsd,
    attemptCount: result.attemptCount,
    interruptions: result.interruptions,
    seconds: result.seconds,
    leftovers: result.leftovers,
  });

export const tellPending = (run: Run, attempt: Attempt, left: string): Promise<void> =>
  tell(run, { event: 'cleanup-pending', attempt: attempt.number, left: shorten(left, 1000) });

/** Runs that heard of alerts before webhooks did tell nobody. */
export async function tellAlert(
  run: Run,
  attempt: number,
  { alert, message }: { alert: AlertKind; message: string },
): Promise<void> {
  if (!run.webhook || !patched('alerts-to-webhook')) return;
  await tell(run, { event: 'alert', attempt, alert, message: shorten(message, 300) });
}

/** At EC2's notice, else when the attempt has ended without one; once for each attempt. */
export async function tellInterruption(run: Run, attempt: Attempt): Promise<void> {
  if (!run.webhook) return;
  await condition(() => attempt.notice !== undefined || attempt.end !== undefined);
  const { outlook, number, status } = attempt;
  if (outlook?.kind !== 'interrupted' && outlook?.kind !== 'unreachable') return;
  const { instanceId = '' } = status;
  await tell(run, { event: 'interrupted', attempt: number, instanceId, reason: shorten(outlook.reason, 1000) });
}
