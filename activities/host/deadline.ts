import { Context } from '@temporalio/activity';
import { MESSAGES, type RunStatus } from '../../contract';

/** A workflow that has no worker at the moment answers no query: the deadline last known serves meanwhile. */
const QUERY_MS = 5_000;

/**
 * The host's last moment, epoch seconds, asked of the run itself: `extend` moves the run's deadline while supervise runs.
 * Best effort, and never earlier than what the workflow gave when it started this activity.
 */
export class HostDeadline {
  private latest: number;

  constructor(
    given: number,
    private readonly graceSeconds: number,
    private readonly ask: () => Promise<string | undefined> = askRun,
  ) {
    this.latest = given;
  }

  async now(): Promise<number> {
    const deadlineAt = await this.ask().catch(() => undefined);
    const asked = deadlineAt === undefined ? Number.NaN : Date.parse(deadlineAt) / 1000 + this.graceSeconds;
    if (Number.isFinite(asked)) this.latest = Math.max(this.latest, Math.floor(asked));
    return this.latest;
  }
}

/** `deadlineAt` of the query `status`, asked of exactly the execution that this activity belongs to. */
async function askRun(): Promise<string | undefined> {
  const { client, info } = Context.current();
  const { workflowExecution } = info;
  if (!workflowExecution) return undefined;
  const handle = client.workflow.getHandle(workflowExecution.workflowId, workflowExecution.runId);
  const status = await client.withDeadline(Date.now() + QUERY_MS, () => handle.query<RunStatus>(MESSAGES.status));
  return status.deadlineAt;
}
