import type { WorkflowHandle } from '@temporalio/client';
import { type LimitsNow, MESSAGES } from '../../../contract';
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
    expect(await scene.endOf(handle)).toMatchObject({ how: 'cancelled' });
  });

const refusal = (handle: WorkflowHandle, name: string, args: unknown[]): Promise<string> =>
  handle.executeUpdate<unknown, [unknown]>(name, { args: args as [unknown] }).then(
    () => 'accepted',
    (error: { cause?: Error }) => error.cause?.message ?? '',
  );

// Waits longest, so it begins first.
it.concurrent(
  'moves a deadline that was already armed',
  training(async ({ start, endOf }) => {
    const short = await start({ limits: { maxDurationSeconds: 5 } });
    await statusWhere(short, (s) => s.phase === 'training');
    await short.executeUpdate(MESSAGES.extend, { args: [{ duration: 3 }] });
    const ended = await endOf(short);
    expect(ended.how).toBe('deadline');
    expect(ended.seconds).toBeGreaterThanOrEqual(8);
  }),
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
    expect(page.currentDetails).toContain('| 1 | g5.xlarge us-east-1a spot | i-1 | train |');
  }),
);
