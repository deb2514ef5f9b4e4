import { type Client, ScheduleNotFoundError, WorkflowNotFoundError } from '@temporalio/client';
import type { ObjectStore } from '../../adapters/aws';
import { NoSuchObjectError } from '../../adapters/aws';
import { type CodeSource, GRPC, shownId, snapshotKey, snapshotTimesKey, WORKFLOW_TYPE } from '../../contract';
import { commitNoteKey, readCommitNote } from '../../contract/tokens';
import { grpcCode, grpcDetails } from '../connection/rpc';
import { TrainctlError } from '../errors';
import { codeOf } from './code-of';

/** What is asked for what is needed. */
export interface NeedsContext {
  client: Client;
  store: Pick<ObjectStore, 'get'>;
  prefix: string;
}

/** How many are asked after at once, and how long one answer may take. */
const AT_ONCE = 20;
const ANSWER_MS = 10_000;

/**
 * The keys of all code that a Schedule or an open run needs, each with who needs it, such as `schedule nightly`.
 * @throws TrainctlError `unavailable` when one of them does not say what it needs: then nothing may be called unneeded
 */
export async function neededCode({ client, store, prefix }: NeedsContext): Promise<Map<string, string[]>> {
  const needed = new Map<string, string[]>();
  const need = (key: string, who: string): void => void needed.set(key, [...(needed.get(key) ?? []), who]);
  const keep = async (code: CodeSource, who: string): Promise<void> => {
    for (const key of await keysOf(code, store, prefix)) need(key, who);
  };
  const schedules: string[] = [];
  for await (const { scheduleId, action } of client.schedule.list())
    if (action === undefined || action.workflowType === WORKFLOW_TYPE) schedules.push(scheduleId);
  await each(schedules, async (id) => {
    const who = `schedule ${shownId(id)}`;
    const input = await said(who, () => client.withDeadline(Date.now() + ANSWER_MS, () => scheduleInput(client, id)));
    await keep(codeOf(input), who);
  });
  const runs: { workflowId: string; runId: string }[] = [];
  for await (const { workflowId, runId } of client.workflow.list({
    query: `WorkflowType = "${WORKFLOW_TYPE}" AND CloseTime IS NULL`,
  }))
    runs.push({ workflowId, runId });
  await each(runs, async (run) => {
    const who = `run ${shownId(run.workflowId)}`;
    const input = await said(who, () => client.withDeadline(Date.now() + ANSWER_MS, () => runInput(client, run)));
    await keep(codeOf(input), who);
  });
  return needed;
}

/** A snapshot with the times of its files; of a commit, what it became. */
async function keysOf(code: CodeSource, store: NeedsContext['store'], prefix: string): Promise<string[]> {
  if ('none' in code) return [];
  if ('snapshot' in code)
    return [
      snapshotKey(prefix, code.snapshot),
      ...(code.times === undefined ? [] : [snapshotTimesKey(prefix, code.times)]),
    ];
  const note = commitNoteKey(prefix, code);
  try {
    const known = readCommitNote((await store.get(note)).toString('utf8'));
    return known ? [note, ...(await keysOf(known, store, prefix))] : [note];
  } catch (error) {
    if (error instanceof NoSuchObjectError) return [];
    throw error;
  }
}

async function scheduleInput(client: Client, id: string): Promise<unknown> {
  try {
    const { action } = await client.schedule.getHandle(id).describe();
    return action.args?.[0];
  } catch (error) {
    // Removed a moment ago.
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

/** What a run was started with, as its first event has it. One that no worker can read is none: the run ends as `invalid`. */
export async function runInput(client: Client, execution: { workflowId: string; runId: string }): Promise<unknown> {
  try {
    const { namespace } = client.options;
    const { history } = await client.workflowService.getWorkflowExecutionHistory({
      namespace,
      execution,
      maximumPageSize: 1,
    });
    const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
    if (!started) throw new Error('its history has no beginning');
    return parsed(started.input?.payloads?.[0]?.data);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || grpcCode(error) === GRPC.notFound) return undefined;
    throw error;
  }
}

function parsed(data: Uint8Array | null | undefined): unknown {
  try {
    return data ? (JSON.parse(Buffer.from(data).toString('utf8')) as unknown) : undefined;
  } catch {
    return undefined;
  }
}

async function said(who: string, ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask();
  } catch (cause) {
    throw new TrainctlError('unavailable', `it cannot be known which code ${who} needs: ${grpcDetails(cause)}`, {
      next: 'nothing was removed; try again when Temporal answers',
      cause,
    });
  }
}

async function each<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  for (let i = 0; i < all.length; i += AT_ONCE) await Promise.all(all.slice(i, i + AT_ONCE).map(work));
}
