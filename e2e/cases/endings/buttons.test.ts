import { setTimeout as sleep } from 'node:timers/promises';
import type { RunListEntry, RunResult, RunStatus } from '../../../contract';
import { lastJson, trainctl } from '../../support/cli';
import { aliveOf, launchedFor } from '../../support/cloud';
import { gate } from '../../support/gate';
import { untilStatus, untilTrains } from '../../support/look-at';
import { temporal } from '../../support/temporal';

jest.setTimeout(300_000);

const start = (id: string, spec: object, ...more: string[]): Promise<string> => {
  const what = ['--type', 'trainingRun', '--task-queue', 'trainctl', '--workflow-id', id];
  return temporal('workflow', 'start', ...what, '--input', JSON.stringify(spec), ...more);
};

const endOf = async (id: string): Promise<RunStatus> =>
  lastJson<RunStatus>(await trainctl(['status', id, '--wait', '--json']));

interface Pending {
  activityId: string;
  activityType: { name: string } | string;
  state: string;
  attempt?: number;
}

/** The supervision of a run, when Temporal shows it as `what` says. */
async function supervision(id: string, what: (pending: Pending) => boolean = () => true): Promise<Pending> {
  for (;;) {
    const described = await temporal('workflow', 'describe', '--workflow-id', id, '--output', 'json');
    const { pendingActivities = [] } = JSON.parse(described) as { pendingActivities?: Pending[] };
    const found = pendingActivities.find((pending) => JSON.stringify(pending.activityType).includes('supervise'));
    if (found && what(found)) return found;
    await sleep(300);
  }
}

test('pause, changed options, reset: the command goes on, on its instance, and whoever watches sees the pause', async () => {
  const id = 'buttons';
  const { waits, open } = gate();
  // A short lease has short heartbeats: a pause reaches a step by the answer to one.
  await start(id, { command: waits, limits: { lease: '90s' } });
  await untilTrains(id);
  const press = (button: string, activityId: string, ...more: string[]) =>
    temporal('activity', button, '--workflow-id', id, '--activity-id', activityId, ...more);

  const { activityId } = await supervision(id);
  await press('pause', activityId, '--reason', 'to look');
  await supervision(id, ({ state }) => state === 'PENDING_ACTIVITY_STATE_PAUSED');
  const { stdout } = await trainctl(['status', id]);
  expect(stdout).toMatch(/paused +supervise is paused in Temporal .*\(to look\): nobody watches its host/);
  expect(stdout).toContain(`temporal activity unpause --workflow-id ${id} --activity-id ${activityId}`);
  await press('unpause', activityId);
  await supervision(id, ({ state }) => state === 'PENDING_ACTIVITY_STATE_STARTED');
  expect((await trainctl(['status', id])).stdout).not.toContain('is paused');

  await press('update-options', activityId, '--schedule-to-close-timeout', '1s');
  const anew = await supervision(id, (pending) => pending.activityId !== activityId);
  await untilStatus(id, ({ warnings = [] }) => warnings.some(({ message }) => message.includes('watched anew')));

  await press('reset', anew.activityId, '--reset-heartbeats');
  await supervision(id, ({ state, attempt = 1 }) => state === 'PENDING_ACTIVITY_STATE_STARTED' && attempt >= 1);
  open();
  expect(await endOf(id)).toMatchObject({ outcome: 'succeeded', attemptCount: 1, interruptions: 0 });
  expect(await launchedFor(id)).toBe(1);
  expect(await aliveOf(id)).toEqual([]);
});

test('a run that is started like another one begins with nothing of it; its timeout in Temporal is a deadline', async () => {
  const id = 'like-another';
  const copied = {
    TrainctlStep: '8',
    TrainctlCostUsd: '1700',
    TrainctlOutcome: '"succeeded"',
    TrainctlPhase: '"ended"',
    TrainctlRunKey: '"0123456789abcdef"',
    TrainctlCleanupPending: 'true',
  };
  const attributes = Object.entries(copied).flatMap(([name, value]) => ['--search-attribute', `${name}=${value}`]);
  const memo = ['--memo', 'outcome="failed"', '--memo', 'limits={"deadlineAt": 7}', '--memo', 'reason=[1]'];
  await start(id, { command: 'sleep 600' }, ...attributes, ...memo, '--execution-timeout', '150s');
  await untilTrains(id);
  const listed = async (): Promise<RunListEntry | undefined> =>
    (JSON.parse((await trainctl(['ls', '--json', '--limit', '1000'])).stdout) as RunListEntry[]).find(
      ({ run }) => run === id,
    );
  // The list of Temporal may be a second behind.
  let entry = await listed();
  while (entry?.phase !== 'training') entry = await listed();
  expect(entry).toMatchObject({ outcome: null, step: null, cleanupPending: false, attemptCount: 1 });
  expect(entry.costUsd).toBeLessThan(1);
  expect(entry.runKey).not.toBe('0123456789abcdef');

  const status = await endOf(id);
  expect(status).toMatchObject({ outcome: 'deadline', attemptCount: 1 });
  expect(status.reason).toContain('the timeout of its workflow in Temporal is near');
  expect(status.cut).toBeUndefined();
  expect(await aliveOf(id)).toEqual([]);
});

test('terminated, and started again with the same id at once: the first leaves nothing, the second is not touched', async () => {
  const id = 'once-more';
  const { waits, open } = gate();
  await start(id, { command: waits });
  const { attempts } = await untilTrains(id);
  const first = attempts[0]?.instanceId ?? '';
  await temporal('workflow', 'terminate', '--workflow-id', id);
  await start(id, { command: waits });
  const second = (await untilTrains(id)).attempts[0]?.instanceId ?? '';
  expect(second).not.toBe(first);
  while ((await aliveOf(id)).some((line) => line.startsWith(first))) await sleep(500);
  expect(await aliveOf(id)).toContain(`${second} running`);
  open();
  const result = lastJson<RunResult>(await trainctl(['status', id, '--wait', '--json']));
  expect(result).toMatchObject({ outcome: 'succeeded', attemptCount: 1, interruptions: 0 });
  expect(await aliveOf(id)).toEqual([]);
});
