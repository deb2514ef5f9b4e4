import { ApplicationFailure } from '@temporalio/workflow';

/**
 * A failure that says what people need to know, in one line. Where it was thrown in our code tells them nothing, and the Temporal UI
 * shows it in red: it has no stack.
 */
export function failure(type: string, message: string, details: unknown[] = []): ApplicationFailure {
  const made = ApplicationFailure.create({ type, message, nonRetryable: true, details });
  made.stack = '';
  return made;
}
