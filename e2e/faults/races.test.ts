import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { createClient, type TrainctlClient } from '../../client';
import { trainctl } from '../support/cli';
import { aliveOf, knownInstances, launchedFor, local } from '../support/cloud';
import {
  type Counting,
  count,
  foundAgain,
  instanceOf,
  keptItsPromises,
  statusWhere,
  staysAt,
  withCheckpoint,
} from '../support/counting';
import { passAlone } from '../support/stack';

jest.setTimeout(300_000);

let client: TrainctlClient;
beforeAll(async () => {
  client = await createClient();
});
afterAll(() => client?.close());

const SPOT = { instanceTypes: ['t3.large'], market: 'spot' as const };
const interrupt = (id: string, noticeSeconds: number): Promise<unknown> =>
  local('POST', `instances/${id}/interrupt`, { action: 'terminate', noticeSeconds });
const slowly = (keyPattern: string, bytesPerSecond: number): Promise<{ id: string }> =>
  local('POST', 'faults', { kind: 's3-slow', times: 0, method: 'POST', keyPattern, bytesPerSecond });
const isLaunched = async ({ run }: Counting): Promise<boolean> =>
  (await knownInstances()).some(({ tags }) => tags['trainctl:run'] === run);
const workflow = (run: Counting) => client.temporal.workflow.getHandle(run.address.workflowId, run.address.runId);

test('a notice in the middle of an upload of outputs: the command had succeeded, and the run has', async () => {
  const { id: fault } = await slowly('outputs/big', 500_000);
  try {
    const run = await count(client, 'race-upload', { resources: SPOT, steps: 10, vars: { BIG: '9000000' } });
    const id = await instanceOf(run);
    while ((await run.live(1).catch(() => undefined))?.phase !== 'uploading') await sleep(100);
    await interrupt(id, 120);
    const { result, status } = await keptItsPromises(run);
    expect(result).toMatchObject({ outcome: 'succeeded', interruptions: 0, leftovers: 0 });
    expect(status.outputs).toMatchObject([{ files: 2 }]);
    expect(await aliveOf(run.run)).toEqual([]);
  } finally {
    await local('DELETE', `faults/${fault}`);
  }
});

test('the next attempt restores only what the old one has finished uploading', async () => {
  const run = await count(client, 'race-seal', { resources: SPOT, steps: 250 });
  const id = await withCheckpoint(run);
  // The checkpoint that follows the notice is still on its way when the next host is ready.
  const { id: fault } = await slowly(`runs/${run.runKey}/a/1/0/checkpoints`, 300);
  try {
    await interrupt(id, 60);
    await statusWhere(run, ({ attempts }) =>
      (attempts[1]?.stages ?? []).some(({ name, state }) => name === 'setup' && state === 'done'),
    );
  } finally {
    await local('DELETE', `faults/${fault}`);
  }
  const { result, status } = await keptItsPromises(run);
  expect(result).toMatchObject({ outcome: 'succeeded', attemptCount: 2, interruptions: 1, leftovers: 0 });
  expect(result.resumedFromStep).toBe(status.attempts[0]?.lastCheckpoint?.step);
  // By the order of the history, which no clock can blur: the old attempt's supervise, which returns with the agent's last
  // word, uploads included, was over before anything of the new one's restore was asked for.
  const { events } = await workflow(run).fetchHistory();
  const [supervised] = scheduled(events ?? [], 'supervise');
  const said = (events ?? []).find((e) =>
    e.activityTaskCompletedEventAttributes?.scheduledEventId?.eq(supervised ?? 0),
  );
  const [restored, ...more] = scheduled(events ?? [], 'restoreCheckpoint');
  expect(more).toEqual([]);
  expect(Number(restored)).toBeGreaterThan(Number(said?.eventId));
});

test('a stop while the launch call is in flight and its reply is lost; a cancel in the middle of undo', async () => {
  await local('POST', 'faults', { kind: 'invisible', seconds: 5, match: { instanceType: 't3.medium' } });
  await local('POST', 'faults', { kind: 'lost-reply', action: 'RunInstances', match: { instanceType: 't3.medium' } });
  const resources = { instanceTypes: ['t3.medium'] };
  const launching = await count(client, 'race-launch', { resources, steps: 500 });
  // EC2 has taken the call, and nobody has heard its answer.
  while (!(await isLaunched(launching))) await sleep(5);
  await launching.stop();

  const undoing = await count(client, 'race-undo', { steps: 500 });
  await withCheckpoint(undoing);
  const error = { kind: 'error', action: 'TerminateInstances', code: 'InternalError', status: 500, times: 0 };
  const fault = await local<{ id: string }>('POST', 'faults', {
    ...error,
    match: { tag: { 'trainctl:run': undoing.run } },
  });
  await undoing.stop();
  await statusWhere(undoing, ({ phase }) => phase === 'cleaning-up');
  await workflow(undoing).cancel();
  await local('DELETE', `faults/${fault.id}`);

  for (const run of [launching, undoing]) {
    expect(await run.result()).toMatchObject({ outcome: 'cancelled', leftovers: 0 });
    expect(await launchedFor(run.run)).toBe(1);
    expect(await aliveOf(run.run)).toEqual([]);
  }
});

test('a workflow id that is used twice meets nothing of the first; nor does a reset', async () => {
  const id = `race-twice-${Date.now()}`;
  const first = await count(client, 'twice', { steps: 500, id });
  await withCheckpoint(first);
  await first.stop();
  expect((await first.result()).outcome).toBe('cancelled');

  const second = await count(client, 'twice', { steps: 60, id });
  expect(second.runKey).not.toBe(first.runKey);
  await withCheckpoint(second);
  const third = await reset(second, (events) => events.find((e) => e.workflowTaskCompletedEventAttributes));
  expect(third.runKey).not.toBe(second.runKey);
  expect(await third.result()).toMatchObject({ outcome: 'succeeded', attemptCount: 1, resumedFromStep: null });
  expect(await launchedFor(third.run)).toBe(3);
  // A reset ends an execution without running its code: what that one had launched is the reconciler's.
  expect((await passAlone(() => trainctl(['reconcile']))).code).toBe(0);
  while ((await aliveOf(third.run)).length > 0) await sleep(200);
});

test('a reset to a later moment goes on with the instance and the training that its history knows', async () => {
  const { vars, open } = staysAt(75);
  const run = await count(client, 'reset-later', { steps: 100, vars });
  await withCheckpoint(run);
  const again = await reset(run, (events) => events.findLast((e) => e.workflowTaskCompletedEventAttributes));
  open();
  expect(again.runKey).toBe(run.runKey);
  expect(again.address.runId).not.toBe(run.address.runId);

  const { result } = await keptItsPromises(again);
  expect(result).toMatchObject({ outcome: 'succeeded', attemptCount: 1, resumedFromStep: null, leftovers: 0 });
  expect(await launchedFor(run.run)).toBe(1);
  expect(await aliveOf(run.run)).toEqual([]);
});

type Events = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>;

/** Ids of the events at which an activity was scheduled, in order. */
const scheduled = (events: Events, activity: string) =>
  events
    .filter((e) => e.activityTaskScheduledEventAttributes?.activityType?.name === activity)
    .map(({ eventId }) => eventId);

/** Resets a run to just before one of its finished workflow tasks; gives the execution that goes on. */
async function reset(run: Counting, choose: (events: Events) => Events[number] | undefined): Promise<Counting> {
  const { events } = await workflow(run).fetchHistory();
  await client.temporal.workflowService.resetWorkflowExecution({
    namespace: client.settings.temporal.namespace,
    workflowExecution: { workflowId: run.run, runId: run.address.runId },
    workflowTaskFinishEventId: choose(events ?? [])?.eventId ?? null,
    requestId: `reset-${run.run}`,
    reason: 'a test',
  });
  return foundAgain(client, run);
}
