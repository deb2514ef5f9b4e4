import { type Client, type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import type { RunStatus, Settings } from '../../contract';
import type { RunView } from '../view/run-view';
import { cutShort, type Ending, statusFromTemporal } from './describe-run';
import { queryStatus } from './messages';
import type { RunAddress } from './resolve-run';

/** How long Temporal may take to say where a run is before the connection counts as lost. */
const DESCRIBE_MS = 10_000;

/** What Temporal has of a run; undefined: it has forgotten it. */
export async function describeExecution(
  client: Client,
  { workflowId, runId, past }: RunAddress,
): Promise<WorkflowExecutionDescription | undefined> {
  if (past) return undefined;
  try {
    const handle = client.workflow.getHandle(workflowId, runId);
    return await client.withDeadline(Date.now() + DESCRIBE_MS, () => handle.describe());
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Without a summary: what the workflow answers, else what Temporal itself knows. */
export async function tellRun(
  { client, settings }: { client: Client; settings: Settings },
  address: RunAddress,
  description: WorkflowExecutionDescription,
  ending?: Ending,
): Promise<Pick<RunView, 'source'> & { status: RunStatus }> {
  // One that Temporal cut short still knows its attempts, and so does one whose summary is lost: a query replays its history.
  const launched = ending?.result?.attemptCount !== 0;
  const answer = !ending || ending.cut || launched ? await queryStatus(client, address) : undefined;
  if (answer) return { status: ending?.cut ? cutShort(answer, description, ending) : answer, source: 'workflow' };
  return { status: statusFromTemporal(description, address, settings, ending), source: 'temporal' };
}
