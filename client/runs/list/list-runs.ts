import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import {
  type Cut,
  OUTCOMES,
  type Outcome,
  PHASES,
  type RunListEntry,
  SCHEDULED_BY,
  type SearchAttributeName,
  WORKFLOW_TYPE,
} from '../../../contract';
import { addressOf } from '../resolve-run';

export interface ListOptions {
  /** Only runs that are still open. */
  open?: boolean;
  project?: string;
  name?: string;
  /** Only runs that this Schedule started. */
  schedule?: string;
  /** Only runs that have ended with one of these. */
  outcomes?: readonly Outcome[];
  /** Default 50. */
  limit?: number;
  /** Whether each open run is asked for its cost, and its host for its step. Default true. */
  steps?: boolean;
}

export async function listRuns(client: Client, options: ListOptions = {}): Promise<RunListEntry[]> {
  const limit = options.limit ?? 50;
  const entries: RunListEntry[] = [];
  if (limit <= 0) return entries;
  for await (const info of client.workflow.list({ query: listQuery(options), pageSize: Math.min(limit, 1000) })) {
    entries.push(entryOf(info));
    if (entries.length >= limit) break;
  }
  return entries;
}

/** Visibility's query language. Values are quoted; a quote in one cannot end it. */
export function listQuery(options: ListOptions): string {
  const parts = [`WorkflowType = "${WORKFLOW_TYPE}"`];
  if (options.open) parts.push('ExecutionStatus = "Running"');
  if (options.project !== undefined) parts.push(`TrainctlProject = ${quote(options.project)}`);
  if (options.name !== undefined) parts.push(`TrainctlName = ${quote(options.name)}`);
  if (options.schedule !== undefined) parts.push(`${SCHEDULED_BY} = ${quote(options.schedule)}`);
  if (options.outcomes !== undefined) parts.push('ExecutionStatus != "Running"', anyOf(options.outcomes.map(endedAs)));
  return parts.join(' AND ');
}

const anyOf = (conditions: string[]): string => `(${conditions.join(' OR ')})`;

/** What {@link entryOf} shows as this outcome: the run's own word, and where it had none the way in which Temporal closed it. */
function endedAs(outcome: Outcome): string {
  const closed = Object.entries(OUTCOME_OF_STATUS).filter(([, shown]) => shown === outcome);
  const said = `TrainctlOutcome = ${quote(outcome)}`;
  if (closed.length === 0) return said;
  const statuses = closed.map(([status]) => `ExecutionStatus = ${quote(STATUS_WORDS[status] ?? status)}`);
  return anyOf([said, `(TrainctlOutcome IS NULL AND ${anyOf(statuses)})`]);
}

const quote = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;

/** What Temporal says of executions that closed without telling an outcome themselves. */
const OUTCOME_OF_STATUS: Record<string, Outcome> = {
  COMPLETED: 'succeeded',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'cancelled',
  TIMED_OUT: 'deadline',
};

/** Those that it ended itself. */
const CUT_OF_STATUS: Record<string, Cut> = { TERMINATED: 'terminated', TIMED_OUT: 'timed-out' };
/** As visibility's query language spells them. */
const STATUS_WORDS: Record<string, string> = {
  COMPLETED: 'Completed',
  FAILED: 'Failed',
  CANCELLED: 'Canceled',
  TERMINATED: 'Terminated',
  TIMED_OUT: 'TimedOut',
};

function entryOf(info: WorkflowExecutionInfo): RunListEntry {
  const attribute = (name: SearchAttributeName): unknown => info.searchAttributes[name]?.[0];
  const text = (name: SearchAttributeName): string | undefined => {
    const value = attribute(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const number = (name: SearchAttributeName): number | null => {
    const value = attribute(name);
    return typeof value === 'number' ? value : null;
  };
  const cut = CUT_OF_STATUS[info.status.name];
  const said = cut === undefined ? OUTCOMES.find((o) => o === text('TrainctlOutcome')) : undefined;
  const outcome = said ?? OUTCOME_OF_STATUS[info.status.name] ?? null;
  const { runKey, schedule } = addressOf(info);
  return {
    run: info.workflowId,
    runKey,
    name: text('TrainctlName') ?? info.workflowId,
    project: text('TrainctlProject') ?? '',
    phase: info.closeTime ? 'ended' : (PHASES.find((phase) => phase === text('TrainctlPhase')) ?? 'resolving'),
    outcome: info.closeTime ? outcome : null,
    attemptCount: number('TrainctlAttempt') ?? 0,
    placement: text('TrainctlPlacement') ?? null,
    step: number('TrainctlStep'),
    costUsd: number('TrainctlCostUsd'),
    startedAt: info.startTime.toISOString(),
    endedAt: info.closeTime?.toISOString() ?? null,
    cleanupPending: cut === undefined && attribute('TrainctlCleanupPending') === true,
    // Temporal heard of the cost when an attempt ended, and of what came after from nobody.
    ...(cut === undefined ? {} : { cut, leastUsd: true as const }),
    ...(schedule === undefined ? {} : { schedule }),
  };
}
