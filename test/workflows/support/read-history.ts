import type { Outcome, Phase } from '../../../contract';
import type { RecordedHistory } from './histories';

interface RecordedEvent {
  eventType: string;
  upsertWorkflowSearchAttributesEventAttributes?: {
    searchAttributes: { indexedFields: Record<string, { data: string }> };
  };
  workflowExecutionFailedEventAttributes?: { failure: { applicationFailureInfo?: { type?: string } } };
}

const eventsOf = ({ text }: RecordedHistory): RecordedEvent[] =>
  (JSON.parse(text) as { events: RecordedEvent[] }).events;

/** The outcome as Temporal itself tells it: by how it closed the workflow. */
export function endedAs(history: RecordedHistory): Outcome | undefined {
  const last = eventsOf(history).at(-1);
  if (last?.eventType === 'EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED') return 'succeeded';
  if (last?.eventType === 'EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED') return 'cancelled';
  return last?.workflowExecutionFailedEventAttributes?.failure.applicationFailureInfo?.type as Outcome | undefined;
}

/** The phase in which Temporal was asked to cancel the run, by the search attribute of that moment; undefined: it was not asked. */
export function cancelledIn(history: RecordedHistory): Phase | undefined {
  const events = eventsOf(history);
  const asked = events.findIndex(({ eventType }) => eventType === 'EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED');
  if (asked < 0) return undefined;
  const phases = events.slice(0, asked).flatMap((event) => {
    const { data } =
      event.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes.indexedFields.TrainctlPhase ?? {};
    return data ? [JSON.parse(Buffer.from(data, 'base64').toString()) as Phase] : [];
  });
  // A run is being resolved until it says something else.
  return phases.at(-1) ?? 'resolving';
}
