import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import type { ObjectStore } from '../../adapters/aws';
import { MESSAGES, nodePrefix, type RunResult, type RunStatus, TASK_QUEUES, WORKFLOW_TYPE } from '../../contract';
import type { Cell } from './cells';
import type { Lane } from './lane';
import type { LocalCloud } from './local-cloud';
import { act, outputKey, specOf, WORD } from './scenario';

/** No cell may take longer. Seconds. */
export const BOUND = 120;

/** A fault of ours costs no instance: only what its scenario takes is replaced. */
const ATTEMPTS: Record<Cell['scenario'], number> = {
  plain: 1,
  endless: 1,
  checkpoint: 1,
  stopped: 1,
  interrupted: 2,
  waiting: 2,
};

/** The most events that a day of a run may take; a minute with a fault must do with them. */
export const EVENTS = 300;

export interface CellResult extends Pick<Cell, 'id' | 'activity' | 'fault' | 'ending'> {
  outcome: string;
  seconds: number;
  attempts: number;
  events: number;
  leftovers: string[];
  /** What is not as promised; empty for a cell that passed. */
  problems: string[];
}

export interface World {
  cloud: LocalCloud;
  store: ObjectStore;
  snapshot: string;
}

/** One run with one fault, from its start to what the local cloud says of it afterwards. */
export async function runCell(cell: Cell, lane: Lane, world: World): Promise<CellResult> {
  const began = Date.now();
  lane.expect(cell);
  await lane.start();
  const run = await lane.client.workflow.start(WORKFLOW_TYPE, {
    taskQueue: TASK_QUEUES.main,
    workflowId: cell.id,
    args: [specOf(cell, world.snapshot)],
  });
  const over = new AbortController();
  const acting = act(cell, run, world, over.signal);
  const { outcome, words } = await Promise.race([outcomeOf(run), lateOutcome(over.signal)]);
  over.abort();
  await acting;
  const seconds = (Date.now() - began) / 1000;
  const { historyLength: events } = await run.describe();
  if (outcome === 'still open') await run.terminate('took longer than a cell of the fault matrix may');

  const launched = await world.cloud.launched(cell.id);
  const leftovers = await world.cloud.leftovers(cell.id);
  const attempts = Math.max(0, ...launched.map(({ attempt }) => attempt));
  const problems = [
    ...(cell.allowed.some((allowed) => allowed === outcome)
      ? []
      : [`ended as ${outcome} (${words.replace(/\s+/g, ' ')}), not as ${cell.allowed.join(' or ')}`]),
    ...(leftovers.length > 0 ? [`left over: ${leftovers.join(', ')}`] : []),
    ...(lane.struck(cell) === 0 ? ['the fault never struck'] : []),
    ...(attempts > ATTEMPTS[cell.scenario] ? [`took ${attempts} attempts`] : []),
    ...(events > EVENTS ? [`${events} events`] : []),
    ...(launched.length > attempts ? [`${launched.length} instances for ${attempts} attempts`] : []),
    ...(await startsTwice(world.store, launched)),
    ...lane.crashes.splice(0),
    ...(outcome === 'succeeded' ? await outputMissing(world.store, cell) : []),
  ];
  if (problems.length > 0) problems.push(...(await storyOf(run)));
  const { id, activity, fault, ending } = cell;
  return { id, activity, fault, ending, outcome, seconds, attempts, events, leftovers, problems };
}

/** What the run says of its attempts, for whoever looks for the cause. */
async function storyOf(run: WorkflowHandle): Promise<string[]> {
  const status = await run.query<RunStatus>(MESSAGES.status).catch(() => undefined);
  return (status?.attempts ?? []).map(
    ({ number, ended, reason, stages }) =>
      `attempt ${number}: ${ended} (${reason}) after ${stages.map((s) => `${s.name} ${s.state}`).join(', ')}`,
  );
}

interface Ended {
  outcome: string;
  words: string;
}

async function outcomeOf(run: WorkflowHandle): Promise<Ended> {
  try {
    const result = (await run.result()) as RunResult;
    return { outcome: result.outcome, words: '' };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError) || !error.cause) throw error;
    const cause = error.cause as Error & { type?: string };
    return { outcome: cause instanceof CancelledFailure ? 'cancelled' : (cause.type ?? '?'), words: cause.message };
  }
}

function lateOutcome(over: AbortSignal): Promise<Ended> {
  return new Promise((resolve) => {
    const late = { outcome: 'still open', words: `after ${BOUND} s` };
    const timer = setTimeout(() => resolve(late), BOUND * 1000);
    over.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}

/** The first line of a command's log says which attempt it is: one for each start. */
async function startsTwice(store: ObjectStore, launched: { attempt: number; runKey: string }[]): Promise<string[]> {
  const problems: string[] = [];
  for (const { attempt, runKey } of launched) {
    const parts: Buffer[] = [];
    for await (const { key } of store.list(`${nodePrefix('', runKey, attempt, 0)}log/`))
      parts.push(await store.get(key));
    const starts =
      Buffer.concat(parts)
        .toString()
        .match(/^attempt \d+ from/gm)?.length ?? 0;
    if (starts > 1) problems.push(`attempt ${attempt} was started ${starts} times`);
  }
  return problems;
}

async function outputMissing(store: ObjectStore, cell: Cell): Promise<string[]> {
  const text = await store.get(outputKey(cell)).then(String, () => undefined);
  return text?.trim() === WORD ? [] : [`succeeded, but its output holds ${JSON.stringify(text)}`];
}
