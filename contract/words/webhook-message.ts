import type { WebhookMessage } from '../webhook';
import { asDocument } from './reader';
import { isModest } from './size';

/** What a run may say to the webhook takes far less. Bytes of JSON. */
const BYTES = 16 * 1024;

/** The input of `notify`; undefined when it is no message that a run sends. */
export function readWebhookMessage(value: unknown): WebhookMessage | undefined {
  const document = asDocument(value);
  if (!document || !isModest(document, BYTES)) return undefined;
  const { event, run, at } = document;
  const texts = [event, run, at].every((one) => typeof one === 'string');
  return texts ? (document as unknown as WebhookMessage) : undefined;
}
