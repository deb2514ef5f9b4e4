import type { RunRef } from './run/ids';
import type { AlertKind } from './run/metrics';
import type { Outcome } from './run/outcomes';
import type { SuiteOutcome } from './suite';

/** The workflow type that carries one message to the webhook of the settings. */
export const NOTIFY_TYPE = 'notify';

/** What happened, as a webhook hears it. Only grows. */
export type WebhookEvent =
  | {
      event: 'ended';
      outcome: Outcome;
      reason: string;
      costUsd: number;
      attemptCount: number;
      interruptions: number;
      seconds: number;
      leftovers: number;
    }
  | { event: 'interrupted'; attempt: number; instanceId: string; reason: string }
  | { event: 'alert'; attempt: number; alert: AlertKind; message: string }
  | { event: 'cleanup-pending'; attempt: number; left: string }
  | {
      /** Of the operator's suite: its `run` is the suite's workflow. */
      event: 'suite-ended';
      outcome: SuiteOutcome | 'invalid';
      reason: string;
      /** The first that failed, and the step in which it did. */
      scenario?: string;
      step?: string;
      /** The suite's page in the Temporal UI, where the settings say where that is. */
      link?: string;
      costUsd: number;
      seconds: number;
      leftovers: number;
    };

/** One message for the webhook. The address is not in it: it is a secret, which only the worker's settings hold. */
export type WebhookMessage = WebhookEvent & {
  run: string;
  /** Absent for a run that was never resolved. */
  runKey?: RunRef['runKey'];
  name?: string;
  project?: string;
  installation?: string;
  cloud?: 'local' | 'aws';
  region?: string;
  /** When it happened; ISO 8601. */
  at: string;
};

/** The step of {@link NOTIFY_TYPE}. */
export interface NotifyActivities {
  /**
   * Posts the message as JSON, with a `text` that Slack shows. Answers `sent: false` when the settings name no webhook. Throws,
   * retryably unless the answer is final, without the address in the message.
   */
  postWebhook(message: WebhookMessage): Promise<{ sent: boolean }>;
}
