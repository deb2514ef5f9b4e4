import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { MESSAGES } from '../../../contract';
import { runKeyOf } from '../../../test/support/fake-world/spec';
import { type Scene, stageFor } from '../../../test/workflows/support/scene';
import { statusWhere } from '../../../test/workflows/support/status';

const play = stageFor('real', ({ world }) => {
  world.scripts[0] = { seconds: 0.2 };
});

/** Points of a history; a run in which nothing happens has some fewer. */
const MOST = 20;

/** The events to which a run can be reset: each workflow task that was completed; and how many come before its launch. */
async function pointsOf(handle: WorkflowHandle) {
  const events = (await handle.fetchHistory()).events ?? [];
  const points = events.filter((event) => event.workflowTaskCompletedEventAttributes);
  const launch = events.findIndex(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'launchInstance',
  );
  const before = points.filter((point) => events.indexOf(point) < launch).length;
  return { points: points.map(({ eventId }) => eventId), before };
}

type EventId = NonNullable<Awaited<ReturnType<typeof pointsOf>>['points'][number]>;

/** The execution that goes on from there. */
async function resetTo({ workflowId, client }: WorkflowHandle, workflowTaskFinishEventId: EventId) {
  const { runId } = await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId },
    reason: 'a test',
    requestId: randomUUID(),
    workflowTaskFinishEventId,
  });
  return client.getHandle(workflowId, runId);
}

/** Runs, is reset to the nth point of its history, and ends once more. */
async function again({ start, endOf, world }: Scene, nth: number): Promise<{ how: string; points: number }> {
  const handle = await start({}, `reset-${nth}`);
  expect(await endOf(handle)).toMatchObject({ how: 'succeeded' });
  const { points, before } = await pointsOf(handle);
  const workflowTaskFinishEventId = points[nth];
  if (!workflowTaskFinishEventId) return { how: 'no such point', points: points.length };
  const { how } = await endOf(await resetTo(handle, workflowTaskFinishEventId));
  const own = world.instances.filter(({ runKey }) => runKey === runKeyOf(handle.workflowId));
  // What is launched anew is an instance of its own: the token of the one before is spent.
  if (nth < before) expect(own).toHaveLength(2);
  return { how, points: points.length };
}

it(
  'a run that is reset to any point of its history ends again, and leaves nothing',
  play(async (scene) => {
    const all = await Promise.all(Array.from({ length: MOST }, (_, nth) => again(scene, nth)));
    for (const [nth, { how, points }] of all.entries()) {
      expect(points).toBeLessThanOrEqual(MOST);
      expect(how).toBe(nth < points ? 'succeeded' : 'no such point');
    }
  }),
  240_000,
);

/** A run in which much happens: its first instance is lost in the middle of it. */
const eventful = stageFor('real', ({ world }) => {
  world.scripts[0] = { seconds: 0.3, stepsPerSecond: 50, checkpointEvery: 0.1 };
  world.scripts[1] = { seconds: 600, stepsPerSecond: 50, checkpointEvery: 0.2, lostAfter: 2 };
});

/** Executions that are reset; of a history with more points, so many are spread over it. */
const RESETS = 16;

/** What a server writes into the history of such a run, by its name without the prefix. */
const KINDS = [
  'WORKFLOW_EXECUTION_STARTED',
  'WORKFLOW_EXECUTION_SIGNALED',
  'WORKFLOW_EXECUTION_UPDATE_ACCEPTED',
  'WORKFLOW_EXECUTION_UPDATE_COMPLETED',
  'WORKFLOW_TASK_SCHEDULED',
  'WORKFLOW_TASK_STARTED',
  'WORKFLOW_TASK_COMPLETED',
  'ACTIVITY_TASK_SCHEDULED',
  'ACTIVITY_TASK_STARTED',
  'ACTIVITY_TASK_COMPLETED',
  'ACTIVITY_TASK_CANCEL_REQUESTED',
  'TIMER_STARTED',
  'TIMER_CANCELED',
  'MARKER_RECORDED',
  'UPSERT_WORKFLOW_SEARCH_ATTRIBUTES',
  'WORKFLOW_PROPERTIES_MODIFIED',
];

/** Runs, is told much, is reset behind an event, and ends once more. Answers the kinds of events before that point. */
async function told({ start, endOf }: Scene, nth: number): Promise<string[]> {
  const handle = await start({}, `eventful-${nth}`);
  await statusWhere(handle, ({ phase }) => phase === 'training' || phase === 'ended', 120);
  // Where the machine is slow, some come too late: of all runs together, each is in some history.
  await Promise.allSettled([
    handle.executeUpdate(MESSAGES.extend, { args: [{ duration: 60 }] }),
    handle.signal<[object]>(MESSAGES.extend, { duration: 60 }),
    handle.signal<[object]>(MESSAGES.hostEvent, { attempt: 1 }),
    handle.signal('Halt'),
    handle.executeUpdate(MESSAGES.takeCheckpoint),
  ]);
  const { how, result } = await endOf(handle);
  expect([how, result?.attemptCount]).toEqual(['succeeded', 2]);

  const events = (await handle.fetchHistory()).events ?? [];
  const points = events.filter((event) => event.workflowTaskCompletedEventAttributes);
  const point = points[Math.floor((nth * points.length) / RESETS)];
  if (!point?.eventId) throw new Error('a history has no tasks');
  const reset = await endOf(await resetTo(handle, point.eventId));
  expect([nth, reset.how, reset.result?.leftovers]).toEqual([nth, 'succeeded', 0]);
  const types = temporal.api.enums.v1.EventType;
  return events.slice(0, events.indexOf(point)).map((event) => `${types[event.eventType ?? 0]}`);
}

it(
  'so does one that was given orders and has lost an instance, behind each kind of event',
  eventful(async (scene) => {
    const seen = await Promise.all(Array.from({ length: RESETS }, (_, nth) => told(scene, nth)));
    const kinds = new Set(seen.flat().map((name) => name.replace('EVENT_TYPE_', '')));
    expect([...kinds].sort()).toEqual(expect.arrayContaining([...KINDS].sort()));
  }),
  240_000,
);
