import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { isRunId, type SearchAttributeName, WORKFLOW_TYPE } from '../../contract';
import { deriveRunKey } from '../../contract/tokens';
import { GRPC, grpcCode } from '../connection/rpc';
import { TrainctlError } from '../errors';

/** One execution of a run, told apart from others that used the same id. */
export interface RunAddress {
  workflowId: string;
  /** The execution that answers messages now; after a reset not the first. */
  runId: string;
  runKey: string;
}

/** How many runs a lookup by prefix or name looks through; the newest come first. */
const LOOKUP_LIMIT = 200;

/** Finds a run by id, by a prefix that only one id has, or by name (the newest). */
export async function resolveRun(client: Client, asked: string): Promise<RunAddress> {
  if (!isRunId(asked)) throw notFound(asked);
  const exact = await describeRun(client, asked);
  if (exact) return exact;
  const candidates: WorkflowExecutionInfo[] = [];
  for await (const info of client.workflow.list({ query: lookupQuery(asked) })) {
    candidates.push(info);
    if (candidates.length >= LOOKUP_LIMIT) break;
  }
  const id = pickRun(
    asked,
    candidates.map((info) => ({ id: info.workflowId, startedAt: info.startTime.getTime() })),
  );
  const found = await describeRun(client, id);
  if (!found) throw notFound(asked);
  return found;
}

/** Chooses among the ids that begin with what was typed. Pure, so that its rules can be read and tested. */
export function pickRun(asked: string, candidates: readonly { id: string; startedAt: number }[]): string {
  const newest = new Map<string, number>();
  for (const { id, startedAt } of candidates) newest.set(id, Math.max(startedAt, newest.get(id) ?? 0));
  const ids = [...newest.keys()].sort((a, b) => (newest.get(b) ?? 0) - (newest.get(a) ?? 0));
  const [first, ...others] = ids;
  if (first === undefined) throw notFound(asked);
  if (others.length === 0) return first;
  // The CLI makes ids of the form NAME-xxxx: a whole name means the newest of its runs, not an ambiguous prefix.
  const named = ids.find((id) => id.slice(0, -5) === asked && /^-[a-z0-9]{4}$/.test(id.slice(-5)));
  if (named) return named;
  const shown = ids.slice(0, 5).join(', ');
  throw new TrainctlError('ambiguous', `"${asked}" fits ${ids.length} runs: ${shown}${ids.length > 5 ? ', …' : ''}`, {
    next: 'type more of the id, or see them all: trainctl ls',
  });
}

async function describeRun(client: Client, workflowId: string): Promise<RunAddress | undefined> {
  try {
    const description = await client.workflow.getHandle(workflowId).describe();
    if (description.type !== WORKFLOW_TYPE) return undefined;
    return addressOf(description);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || grpcCode(error) === GRPC.notFound) return undefined;
    throw error;
  }
}

type Execution = Pick<WorkflowExecutionInfo, 'workflowId' | 'runId' | 'searchAttributes'>;

/** The workflow's own word for its run key wins; a run too young to have said it gets the same by derivation. */
export function addressOf(info: Execution): RunAddress {
  const said = info.searchAttributes['TrainctlRunKey' satisfies SearchAttributeName]?.[0];
  const runKey = typeof said === 'string' ? said : deriveRunKey(info.workflowId, info.runId);
  return { workflowId: info.workflowId, runId: info.runId, runKey };
}

/** Visibility's query language; the id has been checked, so nothing in it needs quoting. */
function lookupQuery(prefix: string): string {
  return `WorkflowType = "${WORKFLOW_TYPE}" AND WorkflowId STARTS_WITH "${prefix}"`;
}

function notFound(asked: string): TrainctlError {
  return new TrainctlError('not-found', `no run "${asked}"`, { next: 'see which there are: trainctl ls' });
}
