import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { WorkflowInterceptors, WorkflowInternalsInterceptor } from '@temporalio/workflow';
import { isReadable, wasReadable } from '../contract';
import { concludeActivation } from './outgoing';
import { pages } from './pages';
import { makeFailureReadable, readable } from './readable';
import { isStepAnswer } from './rules/step-answers';

type Jobs = NonNullable<Parameters<NonNullable<WorkflowInternalsInterceptor['activate']>>[0]['activation']['jobs']>;

/**
 * What reaches a workflow, made readable before the SDK reads it. It decodes arguments before any handler of ours runs, and one that it
 * cannot decode (the Temporal UI offers `json/protobuf` beside `json/plain`), or a signal with a name of Temporal's own kind, would
 * fail the workflow task again and again: no stop, deadline or budget would be obeyed any more. So would an answer of a step that a
 * person has typed: it counts as a failure of the step. Nothing here takes a turn of the event loop, which would change the order of
 * what a workflow does. The memo is read before even that, and made readable by the worker (`readingCodec`).
 */
export const interceptors = (): WorkflowInterceptors => {
  /** By the numbers under which they are answered. */
  const steps = new Map<number, string>();
  return {
    outbound: [
      {
        scheduleActivity(input, next) {
          steps.set(input.seq, input.activityType);
          return next(input);
        },
      },
    ],
    internals: [
      {
        activate(input, next) {
          for (const job of input.activation.jobs ?? []) {
            makeReadable(job);
            if (job.resolveActivity) checkAnswer(job.resolveActivity, steps);
          }
          next(input);
        },
        concludeActivation,
      },
      pages(),
    ],
  };
};

function makeReadable(job: Jobs[number]): void {
  const { initializeWorkflow, signalWorkflow, doUpdate, queryWorkflow } = job;
  if (initializeWorkflow) initializeWorkflow.arguments = readable(initializeWorkflow.arguments);
  const result = job.resolveActivity?.result;
  makeFailureReadable(result?.failed?.failure ?? result?.cancelled?.failure);
  if (doUpdate) {
    doUpdate.input = readable(doUpdate.input);
    doUpdate.name ||= NAMELESS;
  }
  if (queryWorkflow) queryWorkflow.arguments = readable(queryWorkflow.arguments);
  if (!signalWorkflow) return;
  signalWorkflow.input = readable(signalWorkflow.input);
  const name = signalWorkflow.signalName || NAMELESS;
  signalWorkflow.signalName = name.startsWith(RESERVED) ? `(${name})` : name;
}

function checkAnswer(resolved: NonNullable<Jobs[number]['resolveActivity']>, steps: Map<number, string>): void {
  const step = steps.get(resolved.seq ?? 0);
  steps.delete(resolved.seq ?? 0);
  const { completed } = resolved.result ?? {};
  if (step === undefined || !completed || canBeUsed(step, completed.result)) return;
  const message = `what ${step} was completed with is no answer of it`;
  const cause = { message, applicationFailureInfo: { type: 'no-answer', nonRetryable: true } };
  resolved.result = { failed: { failure: { message, cause, activityFailureInfo: { activityType: { name: step } } } } };
}

function canBeUsed(step: string, answer: Payload | null | undefined): boolean {
  if (!answer) return isStepAnswer(step, undefined);
  const readable = wasReadable(answer) && isReadable(answer, defaultPayloadConverter);
  return readable && isStepAnswer(step, defaultPayloadConverter.fromPayload(answer));
}

/** Of names that the SDK takes for its own. */
const RESERVED = '__temporal_';

/** For a message without a name, which the SDK does not take; servers refuse it, too. */
const NAMELESS = '(no name)';
