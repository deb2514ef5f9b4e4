import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { isRunId, TASK_QUEUES, WORKFLOW_TYPE } from '../../contract';
import type { RunSpecInput } from '../../contract/schema';
import { TrainctlError } from '../errors';
import { newRunId, summaryOf } from './names';
import { addressOf, type RunAddress } from './resolve-run';

export interface StartOptions {
  /** Workflow id. Default: the spec's name and four random characters. */
  id?: string;
  /** One line for the Temporal UI. */
  summary?: string;
}

/** Starts the workflow. An id whose run is still open is refused; one whose run has ended may be used again. */
export async function startRun(client: Client, input: RunSpecInput, options: StartOptions = {}): Promise<RunAddress> {
  const workflowId = options.id ?? newRunId(input.name ?? 'run');
  if (!isRunId(workflowId)) {
    throw new TrainctlError('usage', `"${workflowId}" cannot be a run's id: 1 to 100 of A-Z a-z 0-9 . _ - and no ".."`);
  }
  try {
    const handle = await client.workflow.start(WORKFLOW_TYPE, {
      workflowId,
      taskQueue: TASK_QUEUES.main,
      args: [input],
      staticSummary: options.summary ?? summaryOf(input),
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
    });
    const runId = handle.firstExecutionRunId;
    return addressOf({ workflowId, runId, searchAttributes: {} });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      throw new TrainctlError('usage', `a run with the id "${workflowId}" is still open`, {
        next: `choose another --id, or follow that one: trainctl status ${workflowId} --watch`,
        cause: error,
      });
    }
    throw error;
  }
}
