import { NoStackError, SettingsError } from '../../adapters/settings';
import { EXIT_CODES, type SpecFault } from '../../contract';
import { StackError } from '../../local/stack';
import { grpcDetails, isConnectionFault, isTransient, messageOf, TrainctlError } from '..';

export interface Explained {
  code: string;
  message: string;
  next?: string;
  exitCode: number;
  faults?: SpecFault[];
  stack?: string;
}

/** What happened, why, and what to do next, for whatever a command threw. */
export function explain(error: unknown): Explained {
  if (error instanceof TrainctlError) {
    const { code, message, next, exitCode, faults } = error;
    return { code, message, exitCode, ...(next === undefined ? {} : { next }), ...(faults ? { faults } : {}) };
  }
  if (error instanceof NoStackError) {
    return {
      code: 'unavailable',
      message: error.message,
      next: 'trainctl stack up --detach',
      exitCode: EXIT_CODES.unavailable,
    };
  }
  if (error instanceof SettingsError) {
    return { code: 'usage', message: error.message, next: 'trainctl doctor', exitCode: EXIT_CODES.invalid };
  }
  if (error instanceof StackError) {
    return { code: 'unavailable', message: error.message, next: 'trainctl doctor', exitCode: EXIT_CODES.unavailable };
  }
  if (isConnectionFault(error)) {
    return unavailable(`Temporal does not answer: ${grpcDetails(error)}`);
  }
  if (isTransient(error)) return unavailable(`S3 or EC2 does not answer: ${messageOf(error)}`);
  return {
    code: 'internal',
    message: messageOf(error),
    exitCode: EXIT_CODES.internal,
    ...(error instanceof Error && error.stack ? { stack: error.stack } : {}),
  };
}

function unavailable(message: string): Explained {
  return { code: 'unavailable', message, next: 'trainctl stack status', exitCode: EXIT_CODES.unavailable };
}
