import type { WorkflowHandle } from '@temporalio/client';
import type { ObjectStore } from '../../../adapters/aws';
import { MESSAGES, nodePrefix, type RunStatus, TASK_QUEUES, WORKFLOW_TYPE } from '../../../contract';
import { joinedLog } from '../../support/joined-log';
import { type Ended, endOf } from '../../support/outcome';
import type { Cell } from '../plan/cells';
import type { Lane } from '../world/lane';
import { cancelProblems } from './cancel';
import { BOUND, type Story, type World } from './result';
import { act, outputKey, specOf, WORD } from './scenario';

/** A fault of ours costs no instance: only what its scenario takes is replaced. */
const ATTEMPTS: Record<Cell['scenario'], number> = {
  plain: 1,
  endless: 1,
  checkpoint: 1,
  stopped: 1,
  terminated: 1,
  interrupted: 2,
  waiting: 2,
  suite: 1,
};

/** The most events that a day of a run may take; a minute with a fault must do with them. */
export const EVENTS = 300;

/** Eight tries, the pauses between them a twentieth of production's. Seconds. */
const WEBHOOK_BOUND = 60;

export const startRun = (cell: Cell, lane: Lane, { snapshot }: World): Promise<WorkflowHandle> =>
  lane.client.workflow.start(WORKFLOW_TYPE, {
    taskQueue: TASK_QUEUES.main,
    workflowId: cell.id,
    args: [specOf(cell, snapshot)],
  });

/** One run with one fault. */
export async function runTraining(cell: Cell, lane: Lane, world: World): Promise<Story> {
  const run = await startRun(cell, lane, world);
  const over = new AbortController();
  const acting = act(cell, run, world, over.signal);
  const { outcome, words } = await Promise.race([endOf(run), lateOutcome(over.signal)]);
  over.abort();
  await acting;
  const { historyLength: events } = await run.describe();
  if (outcome === 'still open') await run.terminate('took longer than a cell of the fault matrix may');

  const launched = await world.cloud.launched(cell.id);
  const attempts = Math.max(0, ...launched.map(({ attempt }) => attempt));
  const problems = [
    ...(attempts > ATTEMPTS[cell.scenario] ? [`took ${attempts} attempts`] : []),
    ...(events > EVENTS ? [`${events} events`] : []),
    ...(launched.length > attempts ? [`${launched.length} instances for ${attempts} attempts`] : []),
    ...(await cancelProblems(cell, run)),
    ...(await startsTwice(world.store, launched)),
    ...(outcome === 'succeeded' ? await outputMissing(world.store, cell) : []),
    ...(await untold(cell, world)),
  ];
  if (problems.length > 0 || !cell.allowed.some((allowed) => allowed === outcome))
    problems.push(...(await attemptsOf(run)));
  return { outcome, words, events, attempts, problems, leftovers: await world.cloud.leftovers(cell.id) };
}

/** What the run says of its attempts, for whoever looks for the cause. */
async function attemptsOf(run: WorkflowHandle): Promise<string[]> {
  const status = await run.query<RunStatus>(MESSAGES.status).catch(() => undefined);
  return (status?.attempts ?? []).map(
    ({ number, ended, reason, stages }) =>
      `attempt ${number}: ${ended} (${reason}) after ${stages.map((s) => `${s.name} ${s.state}`).join(', ')}`,
  );
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
    const log = await joinedLog(store, `${nodePrefix('', runKey, attempt, 0)}log/`);
    const starts = log.match(/^attempt \d+ from/gm)?.length ?? 0;
    if (starts > 1) problems.push(`attempt ${attempt} was started ${starts} times`);
  }
  return problems;
}

async function outputMissing(store: ObjectStore, cell: Cell): Promise<string[]> {
  const text = await store.get(outputKey(cell)).then(String, () => undefined);
  return text?.trim() === WORD ? [] : [`succeeded, but its output holds ${JSON.stringify(text)}`];
}

/** A webhook that fails for a while is told in the end, also of a run that has closed meanwhile. */
async function untold(cell: Cell, { webhook }: World): Promise<string[]> {
  if (cell.activity !== 'postWebhook') return [];
  const events = ['interrupted', 'ended'] as const;
  const told = await Promise.all(events.map((event) => webhook.told(cell.id, event, WEBHOOK_BOUND)));
  return events.filter((_, i) => !told[i]).map((event) => `the webhook was never told: ${event}`);
}
