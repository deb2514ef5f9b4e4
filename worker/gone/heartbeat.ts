import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Execution } from './runs';

/**
 * Calls `unknown` when Temporal answers the heartbeat of an activity that it knows no such one: mostly because its run was
 * terminated, has timed out or was deleted.
 */
export function hearsUnknown(unknown: (execution: Execution) => void): ActivityInterceptorsFactory {
  return (context) => {
    context.cancelled.catch(() => {
      const { workflowExecution } = context.info;
      if (workflowExecution && context.cancellationDetails?.notFound) unknown(workflowExecution);
    });
    return {};
  };
}
