import { defaultPayloadConverter, type Payload, type ProtoFailure } from '@temporalio/common';
import { readablePayload } from '../contract';

/** Temporal's own bound for causes of causes. */
const DEEPEST = 50;

export const readable = (payloads: Payload[] | null | undefined): Payload[] =>
  (payloads ?? []).map((payload) => readablePayload(payload, defaultPayloadConverter));

/** In place: the details of a failure and of its causes, which a person may have typed for a step. */
export function makeFailureReadable(failure: ProtoFailure | null | undefined, depth = 0): void {
  if (!failure || depth > DEEPEST) return;
  const { encodedAttributes, applicationFailureInfo, canceledFailureInfo, timeoutFailureInfo, cause } = failure;
  if (encodedAttributes) failure.encodedAttributes = readablePayload(encodedAttributes, defaultPayloadConverter);
  for (const info of [applicationFailureInfo, canceledFailureInfo])
    if (info?.details) info.details.payloads = readable(info.details.payloads);
  if (timeoutFailureInfo?.lastHeartbeatDetails)
    timeoutFailureInfo.lastHeartbeatDetails.payloads = readable(timeoutFailureInfo.lastHeartbeatDetails.payloads);
  if (depth === DEEPEST) delete failure.cause;
  else makeFailureReadable(cause, depth + 1);
}
