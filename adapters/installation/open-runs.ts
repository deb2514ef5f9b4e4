import type { Client } from '@temporalio/client';
import { queuesOf, WORKFLOW_TYPE } from '../../contract';

/** How many runs of the installation are open; of those, which began before this moment (ISO 8601). */
export async function openRuns(client: Client, installation: string, before?: string): Promise<number> {
  const parts = [
    `WorkflowType = "${WORKFLOW_TYPE}"`,
    'ExecutionStatus = "Running"',
    `TaskQueue = "${queuesOf(installation).main}"`,
    ...(before === undefined ? [] : [`StartTime < "${before}"`]),
  ];
  return (await client.workflow.count(parts.join(' AND '))).count;
}
