import { ActivityFailure, log, proxyActivities } from '@temporalio/workflow';
import { type NotifyActivities, readWebhookMessage } from '../../contract';
import { shorten } from '../rules/texts';
import { takeNoSignals } from '../signals';

/** Eight tries within some ten minutes; then the message is dropped. */
const { postWebhook } = proxyActivities<NotifyActivities>({
  startToCloseTimeout: '15s',
  scheduleToCloseTimeout: '15 minutes',
  retry: { initialInterval: '1s', backoffCoefficient: 3, maximumInterval: '3 minutes', maximumAttempts: 8 },
  summary: 'post to the webhook',
});

/**
 * Carries one message to the webhook. A workflow of its own, so that a run neither waits for it nor, by closing, takes the
 * message with it; it never fails, whatever it was started with.
 */
export async function notify(input: unknown): Promise<{ sent: boolean; why?: string }> {
  takeNoSignals();
  const message = readWebhookMessage(input);
  if (!message) return { sent: false, why: 'the input is no message that a run sends' };
  try {
    return await postWebhook(message);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    const why = error.cause?.message ?? error.message;
    log.warn(`webhook not told of ${shorten(message.event, 60)} of ${shorten(message.run, 200)}: ${why}`);
    return { sent: false, why };
  }
}
