import { isGrpcDeadlineError, type WorkflowHandle } from '@temporalio/client';
import { MESSAGES, type RunStatus } from '../../../contract';

export const statusOf = (handle: WorkflowHandle): Promise<RunStatus> => handle.query<RunStatus>(MESSAGES.status);

/** Waits until the run's status is as wanted, by asking; fails with what it was last. */
export async function statusWhere(
  handle: WorkflowHandle,
  wanted: (status: RunStatus) => boolean,
  seconds = 60,
): Promise<RunStatus> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    // A busy machine may be too late with its answer.
    const status = await statusOf(handle).catch((error: unknown) => {
      if (isGrpcDeadlineError(error)) return undefined;
      throw error;
    });
    if (status && wanted(status)) return status;
    if (Date.now() > until) throw new Error(`not within ${seconds} s; the last status was ${JSON.stringify(status)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
