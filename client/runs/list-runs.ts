import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import {
  OUTCOMES,
  type Outcome,
  PHASES,
  type RunListEntry,
  type SearchAttributeName,
  WORKFLOW_TYPE,
} from '../../contract';
import { addressOf } from './resolve-run';

export interface ListOptions {
  /** Only runs that are still open. */
  open?: boolean;
  project?: string;
  name?: string;
  /** Default 50. */
  limit?: number;
  /** Whether each open run's host is asked for its step. Default true. */
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
  return parts.join(' AND ');
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
  const outcome = OUTCOMES.find((o) => o === text('TrainctlOutcome')) ?? OUTCOME_OF_STATUS[info.status.name] ?? null;
  return {
    run: info.workflowId,
    runKey: addressOf(info).runKey,
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
    cleanupPending: attribute('TrainctlCleanupPending') === true,
  };
}
