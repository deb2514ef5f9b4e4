import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { GRPC, idsMeant, SCHEDULED_BY, type SearchAttributeName, shownId, WORKFLOW_TYPE } from '../../contract';
import { deriveRunKey } from '../../contract/tokens';
import { grpcCode, missingNamespace } from '../connection/rpc';
import { TrainctlError } from '../errors';

/** One execution of a run, told apart from others that used the same id. */
export interface RunAddress {
  workflowId: string;
  /** The execution that answers messages now; after a reset not the first. */
  runId: string;
  runKey: string;
  /** The Schedule that started it. */
  schedule?: string;
  /** Temporal has forgotten it: what it left in S3 is all there is. */
  past?: true;
}

/** How many runs a lookup by prefix or name chooses from, and looks through for them; the newest come first. */
const CANDIDATES = 200;
const LOOKUP_LIMIT = 2000;

/** Finds a run by its id, written as it is or as it is shown, by a prefix that only one id has, or by name (the newest). */
export async function resolveRun(client: Client, asked: string): Promise<RunAddress> {
  const meant = idsMeant(asked);
  const exact = (await Promise.all(meant.map((id) => describeRun(client, id)))).filter((found) => found !== undefined);
  const [only] = exact;
  if (exact.length > 1) throw ambiguous(asked, meant);
  if (only) return only;
  const found = await describeRun(
    client,
    pickRun(asked, meant.length === 0 ? [] : await candidatesOf(client, asked, meant)),
  );
  if (!found) throw notFound(asked);
  return found;
}

async function candidatesOf(client: Client, asked: string, meant: string[], byName = true): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  let seen = 0;
  try {
    for await (const info of client.workflow.list({ query: lookupQuery(asked, byName) })) {
      const candidate = candidateOf(info);
      if (candidate.name === asked || meant.some((prefix) => candidate.id.startsWith(prefix)))
        candidates.push(candidate);
      seen += 1;
      if (candidates.length >= CANDIDATES || seen >= LOOKUP_LIMIT) break;
    }
  } catch (error) {
    // Before the first worker a server does not know that runs have names.
    if (byName && grpcCode(error) === GRPC.invalidArgument) return candidatesOf(client, asked, meant, false);
    throw error;
  }
  return candidates;
}

interface Candidate {
  id: string;
  /** Epoch milliseconds. */
  startedAt: number;
  /** What the run says it is called, once it has said so. */
  name?: string;
}

function candidateOf({ workflowId, startTime, searchAttributes }: WorkflowExecutionInfo): Candidate {
  const name = searchAttributes['TrainctlName' satisfies SearchAttributeName]?.[0];
  return { id: workflowId, startedAt: startTime.getTime(), ...(typeof name === 'string' ? { name } : {}) };
}

/** What follows the name in ids of the CLI (`NAME-7k2f`), and in those of a Schedule (`NAME-2026-11-27T03:00:00Z`). */
const AFTER_NAME = /-(?:[a-z0-9]{4}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)$/;

/** Chooses among the runs whose id begins with what was typed, or that are called so. Pure, so that its rules can be read and tested. */
export function pickRun(asked: string, candidates: readonly Candidate[]): string {
  const newestFirst = [...candidates].sort((a, b) => b.startedAt - a.startedAt);
  const ids = [...new Set(newestFirst.map(({ id }) => id))];
  const [first, ...others] = ids;
  if (first === undefined) throw notFound(asked);
  if (others.length === 0) return first;
  // A whole name means the newest of its runs, not an ambiguous prefix.
  const named = newestFirst.find(({ id, name }) => name === asked || id.replace(AFTER_NAME, '') === asked);
  if (named) return named.id;
  throw ambiguous(asked, ids);
}

function ambiguous(asked: string, ids: readonly string[]): TrainctlError {
  const shown = ids.slice(0, 5).map(shownId).join(', ');
  return new TrainctlError(
    'ambiguous',
    `"${shownId(asked)}" fits ${ids.length} runs: ${shown}${ids.length > 5 ? ', …' : ''}`,
    { next: 'type more of the id, or see them all: trainctl ls' },
  );
}

/** The execution that has an id now, or had it last; undefined: there is none. */
export async function describeRun(client: Client, workflowId: string): Promise<RunAddress | undefined> {
  try {
    const description = await client.workflow.getHandle(workflowId).describe();
    if (description.type !== WORKFLOW_TYPE) return undefined;
    return addressOf(description);
  } catch (error) {
    if (missingNamespace(error) !== undefined) throw error;
    if (error instanceof WorkflowNotFoundError || grpcCode(error) === GRPC.notFound) return undefined;
    throw error;
  }
}

type Execution = Pick<WorkflowExecutionInfo, 'workflowId' | 'runId' | 'searchAttributes'>;

/** The workflow's own word for its run key wins; a run too young to have said it gets the same by derivation. */
export function addressOf(info: Execution): RunAddress {
  const said = info.searchAttributes['TrainctlRunKey' satisfies SearchAttributeName]?.[0];
  const runKey = typeof said === 'string' ? said : deriveRunKey(info.workflowId, info.runId);
  const schedule = scheduledBy(info);
  return { workflowId: info.workflowId, runId: info.runId, runKey, ...(schedule === undefined ? {} : { schedule }) };
}

/** The Schedule that started an execution, as Temporal notes it; undefined when something else did. */
export function scheduledBy({ searchAttributes }: Pick<WorkflowExecutionInfo, 'searchAttributes'>): string | undefined {
  const said = searchAttributes[SCHEDULED_BY]?.[0];
  return typeof said === 'string' && said !== '' ? said : undefined;
}

/**
 * Visibility's query language. Servers disagree about quotes, backslashes and control characters in it: only what stands before the
 * first of those is asked for.
 */
export function lookupQuery(asked: string, byName = true): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a query cannot carry
  const prefix = /^[^"'`\\\u0000-\u001f]*/.exec(asked)?.[0] ?? '';
  const begins = prefix === '' ? [] : [`WorkflowId STARTS_WITH "${prefix}"`];
  const called = byName && isName(asked) ? [`TrainctlName = "${asked}"`] : [];
  const either = [...begins, ...called].join(' OR ');
  return `WorkflowType = "${WORKFLOW_TYPE}"${either === '' ? '' : ` AND (${either})`}`;
}

/** Whether a run can be called so. */
export const isName = (asked: string): boolean => /^[a-z0-9-]{1,40}$/.test(asked);

function notFound(asked: string): TrainctlError {
  return new TrainctlError('not-found', `no run "${shownId(asked)}"`, { next: 'see which there are: trainctl ls' });
}
