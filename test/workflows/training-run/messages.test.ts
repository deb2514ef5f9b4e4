import type { WorkflowHandle } from '@temporalio/client';
import { type LimitsNow, MESSAGES } from '../../../contract';
import { inTime } from '../support/in-time';
import { type Scene, stageFor } from '../support/scene';
import { statusWhere } from '../support/status';

const play = stageFor('real', ({ world }) => {
  world.scripts[0] = { seconds: 600 };
});

/** A scene with a run that trains, which is stopped in the end. */
const training = <Args extends unknown[]>(
  test: (scene: Scene & { handle: WorkflowHandle }, ...args: Args) => Promise<void>,
) =>
  play(async (scene, ...args: Args) => {
    const handle = await scene.start({ limits: { maxCostUsd: 1, maxDurationSeconds: 3600 } });
    await statusWhere(handle, (s) => s.phase === 'training');
    await test({ ...scene, handle }, ...args);
    await handle.executeUpdate(MESSAGES.stop, { args: [] });
    expect(await scene.endOf(handle)).toMatchObject({ how: 'Canceled' });
  });

const refusal = (handle: WorkflowHandle, name: string, args: unknown[]): Promise<string> =>
  handle.executeUpdate<unknown, [unknown]>(name, { args: args as [unknown] }).then(
    () => 'accepted',
    (error: { cause?: Error }) => error.cause?.message ?? '',
  );

// Waits longest, so it begins first.
it.concurrent(
  'moves a deadline that was already armed',
  training(async ({ start, endOf }) =>
    inTime(5, async (limit) => {
      const short = await start({ limits: { maxDurationSeconds: limit } });
      await statusWhere(short, (s) => s.deadlineAt !== undefined);
      const answer = await refusal(short, MESSAGES.extend, [{ duration: 3 }]);
      const ended = await endOf(short);
      expect(ended.how).toBe('deadline');
      if (/too late|already ending/.test(answer)) return false;
      expect(answer).toBe('accepted');
      expect(ended.seconds).toBeGreaterThanOrEqual(limit + 3);
      return undefined;
    }),
  ),
);

it.concurrent(
  'extends both limits, by numbers and by words, and answers what holds now',
  training(async ({ handle }) => {
    const before = await statusWhere(handle, () => true);
    const now = await handle.executeUpdate<LimitsNow, [unknown]>(MESSAGES.extend, {
      args: [{ duration: '1h30m', costUsd: 2 }],
    });
    expect(now.maxCostUsd).toBe(3);
    expect(Date.parse(now.deadlineAt) - Date.parse(before.deadlineAt ?? '')).toBe(5_400_000);
    const again = await handle.executeUpdate<LimitsNow, [unknown]>(MESSAGES.extend, { args: [{ duration: 60 }] });
    expect(Date.parse(again.deadlineAt) - Date.parse(now.deadlineAt)).toBe(60_000);
    expect(await statusWhere(handle, () => true)).toMatchObject({ deadlineAt: again.deadlineAt, maxCostUsd: 3 });
    // Known to whoever asks Temporal, also while no worker answers.
    const { memo } = await handle.describe();
    expect(memo).toEqual({ limits: { deadlineAt: again.deadlineAt, budgetEndsAt: expect.stringMatching(/^20.*Z$/) } });
  }),
);

it.concurrent.each([
  [MESSAGES.extend, [], 'say what to add'],
  [MESSAGES.extend, [{}], 'say what to add'],
  [MESSAGES.extend, [{ duration: 'banana' }], '"banana" is not a duration'],
  [MESSAGES.extend, [{ duration: 0 }], 'more than nothing'],
  [MESSAGES.extend, [{ costUsd: -1 }], 'dollars above 0, not -1'],
  [MESSAGES.extend, [{ costUsd: '5' }], 'dollars above 0, not "5"'],
  [MESSAGES.stop, [{ mode: 'soon' }], 'mode is "graceful" or "now", not "soon"'],
])(
  'refuses %s %j in plain words',
  training(async ({ handle }, name, args, words) => {
    expect(await refusal(handle, name, args)).toContain(words);
  }),
);

/** A signal as programs other than ours, and the dialogs of the UI, may send it. */
const signalRaw = (handle: WorkflowHandle, signalName: string, encoding: string, data: string): Promise<unknown> =>
  handle.client.workflowService.signalWorkflowExecution({
    namespace: handle.client.options.namespace,
    workflowExecution: { workflowId: handle.workflowId },
    signalName,
    input: { payloads: [{ metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(data) }] },
  });

const warned = (handle: WorkflowHandle, words: string) =>
  statusWhere(handle, (s) => s.warnings?.some(({ message }) => message.includes(words)) === true);

it.concurrent(
  'takes its orders as signals too, tells what it refuses, and obeys whatever else was sent',
  training(async ({ start, endOf, world }) => {
    const handle = await start({ limits: { maxCostUsd: 1, maxDurationSeconds: 3600 } });
    const { deadlineAt = '' } = await statusWhere(handle, (s) => s.phase === 'training');
    await handle.signal(MESSAGES.extend, { duration: '1h', costUsd: 2 });
    const later = new Date(Date.parse(deadlineAt) + 3_600_000).toISOString();
    await statusWhere(handle, (s) => s.deadlineAt === later && s.maxCostUsd === 3);
    await handle.signal(MESSAGES.takeCheckpoint);
    await statusWhere(handle, (s) => s.checkpointAsked?.answer !== undefined);
    expect(world.count('takeCheckpoint')).toBe(1);

    await handle.signal(MESSAGES.hostEvent);
    await warned(handle, 'a signal hostEvent was dropped: nothing is none that a worker sends');
    await handle.signal('Stop', { mode: 'now' });
    await warned(handle, 'there is no signal "Stop"; a run takes stop, takeCheckpoint, extend, release');
    await handle.signal(MESSAGES.extend, { duration: 9e12 });
    await warned(handle, 'the signal extend was not obeyed: 104166666d16h is too much: a run ends within 30d');
    await signalRaw(handle, MESSAGES.release, 'binary/protobuf', '\0');
    await warned(handle, 'the signal release was not obeyed: nothing is held: the run is training');
    await signalRaw(handle, MESSAGES.stop, 'json/plain', '{');
    await warned(handle, 'not obeyed: say how: {"mode": "graceful"}, {"mode": "now"}, or nothing; not "not JSON');
    const page = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
    expect(page.currentDetails).toContain('the signal stop was not obeyed');

    await signalRaw(handle, MESSAGES.stop, 'json/protobuf', '{"mode":"graceful"}');
    expect(await endOf(handle)).toMatchObject({ how: 'Canceled' });
  }),
);

it.concurrent(
  'passes the wish for a checkpoint on to the agent',
  training(async ({ handle, world }) => {
    await handle.executeUpdate(MESSAGES.takeCheckpoint);
    await world.until(() => world.count('takeCheckpoint') === 1);
    await handle.executeUpdate(MESSAGES.takeCheckpoint);
    await world.until(() => world.count('takeCheckpoint') === 2);
  }),
);

it.concurrent(
  'shows a page in the Temporal UI and an attribute for each question people ask of a list',
  training(async ({ handle }) => {
    const { searchAttributes } = await handle.describe();
    expect(searchAttributes).toMatchObject({
      TrainctlRunKey: [`key-${handle.workflowId}`],
      TrainctlName: ['digits'],
      TrainctlProject: ['demo'],
      TrainctlPhase: ['training'],
      TrainctlPlacement: ['g5.xlarge us-east-1a spot'],
      TrainctlAttempt: [1],
    });
    const page = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
    expect(page.currentDetails).toContain('### training');
    expect(page.currentDetails).toMatch(/\| 1\S* \| g5\.xlarge us-east-1a spot\S* \| i-1\S* \| train\S* \|/);
  }),
);
