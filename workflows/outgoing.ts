import type { WorkflowInternalsInterceptor } from '@temporalio/workflow';

type Concluding = NonNullable<WorkflowInternalsInterceptor['concludeActivation']>;

/**
 * How a workflow closes, in Temporal's words. One that ends with a CancelledFailure closes as Canceled, whoever asked for it: the SDK
 * does so for a cancel through Temporal alone, and fails the workflow for one that came as a signal or an update.
 */
export const concludeActivation: Concluding = (input, next) => {
  const { commands } = next(input);
  return {
    commands: commands.map((command) =>
      command.failWorkflowExecution?.failure?.canceledFailureInfo ? { cancelWorkflowExecution: {} } : command,
    ),
  };
};
