import { DefaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { oneLine, type WholeMessage } from '../../contract';

type Failure = ReturnType<DefaultFailureConverter['errorToFailure']>;

/**
 * Failures of activities as people read them in Temporal: one line, without the stack of our code, which the worker's log has. What
 * had more to say, such as the last words of an installer, keeps it as a detail, where the workflow finds it.
 */
class PlainFailureConverter extends DefaultFailureConverter {
  override errorToFailure(...args: Parameters<DefaultFailureConverter['errorToFailure']>): Failure {
    return plain(super.errorToFailure(...args));
  }
}

function plain(failure: Failure): Failure {
  const { message, cause, applicationFailureInfo: info } = failure;
  const whole = message ?? '';
  const line = oneLine(whole);
  const keeps = line !== whole && info && !info.details?.payloads?.length;
  return {
    ...failure,
    message: line,
    stackTrace: '',
    ...(cause ? { cause: plain(cause) } : {}),
    ...(keeps ? { applicationFailureInfo: { ...info, details: { payloads: [detailOf(whole)] } } } : {}),
  };
}

const detailOf = (wholeMessage: string) => defaultPayloadConverter.toPayload({ wholeMessage } satisfies WholeMessage);

/** Found by this name: the SDK loads the module by its path. */
export const failureConverter = new PlainFailureConverter();
