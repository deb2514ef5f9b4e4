import type { WorkflowHandle } from '@temporalio/client';
import { MESSAGES } from '../../../../contract';
import { type Scene, stageFor } from '../../support/scene';
import { statusOf, statusWhere } from '../../support/status';

/** What ends a hold before its time; on a real server, since people send these. */
const play = stageFor('real');

async function held({ world, start }: Scene, limits = {}): Promise<WorkflowHandle> {
  world.scripts[0] = { seconds: 0.2, exitCode: 3 };
  const handle = await start({ hold: { on: 'failed', forSeconds: 3600 }, limits });
  const status = await statusWhere(handle, (s) => s.phase === 'held');
  expect(Date.parse(status.heldUntil ?? '') - Date.now()).toBeGreaterThan(3_500_000);
  expect(status).toMatchObject({ attempts: [{ ended: 'failed', exitCode: 3 }] });
  expect(status.outcome).toBeUndefined();
  expect(world.alive()).toHaveLength(1);
  return handle;
}

it.concurrent.each<[string, (handle: WorkflowHandle) => Promise<unknown>]>([
  ['release', (handle) => handle.executeUpdate(MESSAGES.release)],
  ['stop', (handle) => handle.executeUpdate(MESSAGES.stop, { args: [{ mode: 'graceful' }] })],
  ['a cancel through Temporal', (handle) => handle.cancel()],
])(
  '%s ends it at once; the outcome stays failed',
  play(async (scene, _, message) => {
    const { world, endOf } = scene;
    const handle = await held(scene);
    const asked = Date.now();
    await message(handle);
    expect(await endOf(handle)).toMatchObject({ how: 'failed' });
    // The hold would last an hour.
    expect(Date.now() - asked).toBeLessThan(60_000);
    expect(world.alive()).toEqual([]);
    expect(await statusOf(handle)).toMatchObject({ outcome: 'failed', phase: 'ended' });
    expect((await statusOf(handle)).heldUntil).toBeUndefined();
  }),
);

it.concurrent(
  'extend adds its time to a hold as well, within the budget, and to the lease of the host at once',
  play(async (scene) => {
    const { world, endOf } = scene;
    const handle = await held(scene, { maxDurationSeconds: 3700, maxCostUsd: 0.4 });
    const until = async (): Promise<number> => Date.parse((await statusOf(handle)).heldUntil ?? '');
    const first = await until();
    const renewed = world.count('renewLease');
    await handle.executeUpdate(MESSAGES.extend, { args: [{ duration: '1h' }] });
    // $0.36 an hour: what is left of $0.40 lasts a little more than an hour, which two hours of hold and the deadline do not end.
    const withinBudget = await until();
    expect(withinBudget - first).toBeGreaterThan(200_000);
    expect(withinBudget - first).toBeLessThan(600_000);
    await handle.executeUpdate(MESSAGES.extend, { args: [{ costUsd: 5 }] });
    expect((await until()) - first).toBe(3_600_000);
    await world.until(() => world.count('renewLease') >= renewed + 2);
    await handle.executeUpdate(MESSAGES.release);
    await endOf(handle);
  }),
);

it.concurrent(
  'there is nothing to release before a hold',
  play(async ({ world, start, endOf }) => {
    world.scripts[0] = { seconds: 600 };
    const training = await start({ hold: { on: 'failed', forSeconds: 3600 } });
    await statusWhere(training, (s) => s.phase === 'training');
    const refused = training.executeUpdate(MESSAGES.release).catch((error: { cause?: Error }) => error.cause?.message);
    expect(await refused).toBe('nothing is held: the run is training');
    await training.executeUpdate(MESSAGES.stop, { args: [{ mode: 'now' }] });
    expect(await endOf(training)).toMatchObject({ how: 'Canceled' });
  }),
);
