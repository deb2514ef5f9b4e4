import { ActivityFailure, log, proxyActivities } from '@temporalio/workflow';
import type { NotifyActivities, WebhookMessage } from '../../contract';

/** Eight tries within some ten minutes; then the message is dropped. */
const { postWebhook } = proxyActivities<NotifyActivities>({
  startToCloseTimeout: '15s',
  scheduleToCloseTimeout: '15 minutes',
  retry: { initialInterval: '1s', backoffCoefficient: 3, maximumInterval: '3 minutes', maximumAttempts: 8 },
});

/**
 * Carries one message to the webhook. A workflow of its own, so that a run neither waits for it nor, by closing, takes the
 * message with it; it never fails.
 */
export async function notify(message: WebhookMessage): Promise<{ sent: boolean; why?: string }> {
  try {
    return await postWebhook(message);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    const why = error.cause?.message ?? error.message;
    log.warn(`webhook not told of ${message.event} of ${message.run}: ${why}`);
    return { sent: false, why };
  }
}
